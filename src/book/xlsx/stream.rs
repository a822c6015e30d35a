//! The cells of big sheets, streamed into the finished package: the writer makes everything around them.
//!
//! The writer keeps each cell in a tree and each sheet as one text; a list of a million cells would take gigabytes and seconds.
//! Here the rows are written one after the other into the compressed part (ECMA-376 part 1, §18.3.1.80 `sheetData`, §18.3.1.53 `is`).

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{self, Cursor, Read as _, Write as _};
use std::sync::mpsc::{SyncSender, sync_channel};

use zip::result::ZipError;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime, ZipArchive};

use super::fit::fit;
use crate::book::{Cell, Mark, Marks, Sheet, Shown, Tape};
use crate::cores;
use crate::domain::cell::column_name;

/// How tightly streamed parts are packed: twice as fast as the writer's own 6, a fifth more bytes.
const LEVEL: i64 = 3;
/// Sheets of more cells may take more than 4 GiB as text, which the package must be told beforehand.
const LARGE_FROM: usize = 10_000_000;
/// Text gathered before it is packed, bytes.
const CHUNK: usize = 64 << 10;
/// Pieces of text that wait to be packed, at most.
const CHUNKS_WAITING: usize = 8;

/// What can fail: a package that the writer itself just made.
#[derive(Debug, thiserror::Error)]
pub(super) enum StreamError {
    /// The package.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// Reading or packing.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A sheet without a place for cells.
    #[error("the writer left no place for cells")]
    NoPlace,
}

/// A cell beside the tape.
type Loose<'b> = (u16, Shown<'b>, u32);

/// The cells of one sheet, ready to be written.
pub(super) struct Stream<'b> {
    sheet: &'b Sheet,
    /// The number the writer gave to each style.
    numbers: &'b [u32],
    /// Cells beside the tape, by row and column.
    loose: BTreeMap<u32, BTreeMap<u16, (Shown<'b>, u32)>>,
    heights: HashMap<u32, f64>,
}

impl<'b> Stream<'b> {
    /// Takes up a sheet; `numbers` are the writer's numbers of the book's styles.
    pub(super) fn new(sheet: &'b Sheet, numbers: &'b [u32]) -> Self {
        let mut stream = Self {
            sheet,
            numbers,
            loose: BTreeMap::new(),
            heights: sheet.heights.iter().copied().collect(),
        };
        for table in &sheet.tables {
            let style = stream.number(table.heading_style.0);
            for (col, heading) in (table.first_col..).zip(&table.headings) {
                stream.put(table.first_row, col, Shown::Text(heading.as_str()), style);
            }
        }
        for (row, col, cell) in &sheet.cells {
            stream.cell(*row, *col, cell);
        }
        for (first_row, first_col, last_row, last_col, cell) in &sheet.merges {
            let style = stream.number(cell.style.0);
            for row in *first_row..=*last_row {
                for col in *first_col..=*last_col {
                    stream.put(row, col, Shown::Blank, style);
                }
            }
            stream.cell(*first_row, *first_col, cell);
        }
        stream
    }

    fn number(&self, style: u16) -> u32 {
        self.numbers.get(usize::from(style)).copied().unwrap_or(0)
    }

    fn cell(&mut self, row: u32, col: u16, cell: &'b Cell) {
        let style = self.number(cell.style.0);
        self.put(row, col, Shown::of(&cell.value), style);
    }

    fn put(&mut self, row: u32, col: u16, shown: Shown<'b>, style: u32) {
        self.loose
            .entry(row)
            .or_default()
            .insert(col, (shown, style));
    }

    /// First and last cell.
    fn dimension(&self) -> String {
        let mut rows: Option<(u32, u32)> = None;
        let mut cols: Option<(u16, u16)> = None;
        let mut note = |row: u32, col: u16| {
            rows = Some(rows.map_or((row, row), |(a, b)| (a.min(row), b.max(row))));
            cols = Some(cols.map_or((col, col), |(a, b)| (a.min(col), b.max(col))));
        };
        for (row, cells) in &self.loose {
            for col in cells.keys() {
                note(*row, *col);
            }
        }
        let mut row = 0;
        for mark in self.sheet.tape.iter().flat_map(Tape::marks) {
            match mark {
                Mark::Row(n, _) => row = n,
                Mark::Cell(col, ..) => note(row, col),
            }
        }
        match (rows, cols) {
            (Some((top, bottom)), Some((left, right))) => format!(
                "{}{}:{}{}",
                column_name(left),
                top + 1,
                column_name(right),
                bottom + 1
            ),
            _ => "A1".to_owned(),
        }
    }

    /// Writes every row, in order, to `out`.
    fn rows(&self, out: &mut impl io::Write) -> io::Result<()> {
        let mut pen = Pen::new();
        let mut loose = self.loose.iter().peekable();
        let mut heights: Vec<u32> = self.heights.keys().copied().collect();
        heights.sort_unstable();
        let mut heights = heights.into_iter().peekable();
        let mut tape = TapeRows::new(self.sheet.tape.as_ref().map(Tape::marks), self.numbers);
        loop {
            let taped = tape.row;
            let next = [
                loose.peek().map(|(row, _)| **row),
                heights.peek().copied(),
                taped.map(|(row, _)| row),
            ];
            let Some(row) = next.into_iter().flatten().min() else {
                break;
            };
            let mut height = None;
            if heights.peek() == Some(&row) {
                heights.next();
                height = self.heights.get(&row).copied();
            }
            let mut cells: Vec<Loose<'_>> = Vec::new();
            if let Some((_, own)) = taped.filter(|(at, _)| *at == row) {
                height = Some(own);
                tape.take(&mut cells);
            }
            if let Some((_, own)) = loose.next_if(|(at, _)| **at == row) {
                cells.extend(
                    own.iter()
                        .map(|(col, (shown, style))| (*col, *shown, *style)),
                );
                cells.sort_by_key(|(col, ..)| *col);
            }
            pen.row(row, height, &cells);
            if pen.text.len() >= CHUNK {
                out.write_all(pen.text.as_bytes())?;
                pen.text.clear();
            }
        }
        out.write_all(pen.text.as_bytes())
    }
}

/// Rows of a tape, one at a time.
struct TapeRows<'t> {
    marks: Option<Marks<'t>>,
    numbers: &'t [u32],
    /// The row that comes next, with its height.
    row: Option<(u32, f64)>,
}

impl<'t> TapeRows<'t> {
    fn new(marks: Option<Marks<'t>>, numbers: &'t [u32]) -> Self {
        let mut rows = Self {
            marks,
            numbers,
            row: None,
        };
        rows.take(&mut Vec::new());
        rows
    }

    /// Takes the cells of the row that is next.
    fn take(&mut self, cells: &mut Vec<Loose<'t>>) {
        self.row = None;
        for mark in self.marks.iter_mut().flatten() {
            match mark {
                Mark::Row(row, height) => {
                    self.row = Some((row, height));
                    return;
                }
                Mark::Cell(col, shown, style) => {
                    let number = self.numbers.get(usize::from(style.0)).copied();
                    cells.push((col, shown, number.unwrap_or(0)));
                }
            }
        }
    }
}

/// Writes rows as text.
struct Pen {
    text: String,
    /// Names of columns, by number.
    names: Vec<String>,
}

impl Pen {
    fn new() -> Self {
        Self {
            text: String::with_capacity(CHUNK + (CHUNK >> 2)),
            names: Vec::new(),
        }
    }

    fn row(&mut self, row: u32, height: Option<f64>, cells: &[Loose<'_>]) {
        let number = (row + 1).to_string();
        self.text.push_str("<row r=\"");
        self.text.push_str(&number);
        self.text.push('"');
        if let Some(points) = height {
            // Spreadsheets keep heights in whole pixels.
            let points = (points * 4.0 / 3.0).round() * 0.75;
            let _ = write!(self.text, " ht=\"{points}\" customHeight=\"1\"");
        }
        if cells.is_empty() {
            self.text.push_str("/>");
            return;
        }
        self.text.push('>');
        for (col, shown, style) in cells {
            self.cell(&number, *col, *shown, *style);
        }
        self.text.push_str("</row>");
    }

    fn cell(&mut self, row: &str, col: u16, shown: Shown<'_>, style: u32) {
        let at = usize::from(col);
        while self.names.len() <= at {
            let next = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
            self.names.push(column_name(next));
        }
        let text = &mut self.text;
        text.push_str("<c r=\"");
        text.push_str(&self.names[at]);
        text.push_str(row);
        if style > 0 {
            let _ = write!(text, "\" s=\"{style}");
        }
        match shown {
            Shown::Text(words) | Shown::Link(_, words) if !words.is_empty() => {
                let words = fit(words);
                let edge = |c: char| matches!(c, ' ' | '\t' | '\n');
                text.push_str(if words.starts_with(edge) || words.ends_with(edge) {
                    "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
                } else {
                    "\" t=\"inlineStr\"><is><t>"
                });
                escape(&words, text);
                text.push_str("</t></is></c>");
            }
            Shown::Number(n) if n.is_finite() => {
                let _ = write!(text, "\"><v>{n}</v></c>");
            }
            _ => text.push_str("\"/>"),
        }
    }
}

/// Writes words as the content of an element: markup, control characters and what looks like an escape are escaped.
fn escape(words: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in words.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'_' if is_escape(&words.as_bytes()[at..]) => "_x005F_",
            b'\t' | b'\n' => continue,
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&words[from..at]);
        from = at + 1;
        if escaped.is_empty() {
            let _ = write!(out, "_x{byte:04X}_");
        } else {
            out.push_str(escaped);
        }
    }
    out.push_str(&words[from..]);
}

/// Whether bytes begin like an escaped character (`_x000A_`).
fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'_', b'x', a, b, c, d, b'_', ..]
        if [a, b, c, d].iter().all(|h| h.is_ascii_hexdigit()))
}

/// Puts the streamed cells into their parts of a package; every other part stays byte for byte.
///
/// The parts are packed side by side, and of each its text is made by one thread while another one packs it: in the very pieces in
/// which one thread would do both, so that the bytes are the same.
///
/// # Errors
/// When the package cannot be taken apart: a defect of ours.
pub(super) fn weave(
    package: &[u8],
    streams: &HashMap<String, Stream<'_>>,
) -> Result<Vec<u8>, StreamError> {
    let mut archive = ZipArchive::new(Cursor::new(package))?;
    let mut jobs = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index)?;
        let name = part.name()?.into_owned();
        if let Some(stream) = streams.get(&name) {
            let mut frame = String::new();
            part.read_to_string(&mut frame)?;
            jobs.push((index, name, frame, stream));
        }
    }
    let packed = cores::map(&jobs, |(_, name, frame, stream)| pack(name, frame, stream));
    let mut woven: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for ((index, ..), packed) in jobs.iter().zip(packed) {
        woven.insert(*index, packed?);
    }
    let size = package.len() + woven.values().map(Vec::len).sum::<usize>();
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    for index in 0..archive.len() {
        match woven.remove(&index) {
            Some(packed) => {
                let mut own = ZipArchive::new(Cursor::new(packed))?;
                out.raw_copy_file(own.by_index_raw(0)?)?;
            }
            None => out.raw_copy_file(archive.by_index_raw(index)?)?,
        }
    }
    Ok(out.finish()?.into_inner())
}

/// A package of one streamed part.
fn pack(name: &str, frame: &str, stream: &Stream<'_>) -> Result<Vec<u8>, StreamError> {
    let cells = stream.sheet.tape.as_ref().map_or(0, Tape::cells);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .unix_permissions(0o600)
        .large_file(cells > LARGE_FROM)
        .last_modified_time(DateTime::default());
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file(name, options)?;
    let (head, tail) = halves(frame)?;
    out.write_all(with_dimension(head, &stream.dimension()).as_bytes())?;
    out.write_all(b"<sheetData>")?;
    let (send, chunks) = sync_channel(CHUNKS_WAITING);
    let (written, taken) = cores::both(
        move || stream.rows(&mut Chunks(send)),
        || -> io::Result<()> {
            for chunk in chunks {
                out.write_all(&chunk)?;
            }
            Ok(())
        },
    );
    taken?;
    written?;
    out.write_all(b"</sheetData>")?;
    out.write_all(tail.as_bytes())?;
    Ok(out.finish()?.into_inner())
}

/// Hands pieces of text to the thread that packs them.
struct Chunks(SyncSender<Vec<u8>>);

impl io::Write for Chunks {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.send(piece.to_vec()).map_err(gone)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What stands before and after the cells of a sheet.
fn halves(frame: &str) -> Result<(&str, &str), StreamError> {
    let (head, rest) = frame.split_once("<sheetData").ok_or(StreamError::NoPlace)?;
    let tail = match rest.strip_prefix("/>") {
        Some(tail) => tail,
        None => {
            rest.split_once("</sheetData>")
                .ok_or(StreamError::NoPlace)?
                .1
        }
    };
    Ok((head, tail))
}

/// The head with the area that is really used.
fn with_dimension(head: &str, area: &str) -> String {
    let Some((before, rest)) = head.split_once("<dimension ref=\"") else {
        return head.to_owned();
    };
    let Some((_, after)) = rest.split_once('"') else {
        return head.to_owned();
    };
    format!("{before}<dimension ref=\"{area}\"{after}")
}
