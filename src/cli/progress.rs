//! A progress bar at a terminal while many workbooks are read; nothing in logs and pipes.

use indicatif::{ProgressBar, ProgressStyle};

/// Fewer files are read before a bar could be seen.
const WORTH_A_BAR: usize = 20;

/// Reads files in portions and shows on stderr how far it is, when stderr is a terminal.
pub(super) fn by_portions<T, R>(
    files: &[T],
    portion: usize,
    mut read: impl FnMut(&[T]) -> Vec<R>,
) -> Vec<R> {
    if files.len() < WORTH_A_BAR {
        return read(files);
    }
    let bar = ProgressBar::new(files.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("reading workbooks {bar:40} {pos}/{len} {eta}")
    {
        bar.set_style(style);
    }
    let mut done = Vec::with_capacity(files.len());
    for some in files.chunks(portion.max(1)) {
        done.extend(read(some));
        bar.set_position(done.len() as u64);
    }
    bar.finish_and_clear();
    done
}
