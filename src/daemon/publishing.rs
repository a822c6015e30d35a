//! What a pass does with its publications, and what is known of them afterwards.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::setup::{PassError, Setup};
use super::troubles::{Trouble, trouble};
use crate::config::Config;
use crate::domain::now::Now;
use crate::pass::{Effects, State};
use crate::shell::publish::{
    Outcome, PublishError, Published, Publisher, ShareDisk, Words, is_alternate_of,
};
use crate::shell::store::Store;
use crate::text::Text;

/// The words in the names of published files.
#[must_use]
pub fn words(text: &Text) -> Words {
    Words {
        edited: text.word("cli.published_edited").to_string(),
        fresh: text.word("cli.published_fresh").to_string(),
    }
}

/// Publishes everything; returns whether some of it must be tried again. The consolidated workbook decides over the pass.
pub(super) fn publish(
    setup: &Setup,
    store: &mut Store,
    now: &Now,
    effects: &Effects,
    published: &mut Vec<Published>,
    troubles: &mut Vec<Trouble>,
) -> Result<bool, PassError> {
    let config = &setup.config;
    let ours = store.ours()?;
    let intents: Vec<(String, String)> = effects
        .publications
        .iter()
        .map(|p| (p.path.clone(), blake3::hash(&p.bytes).to_hex().to_string()))
        .filter(|(path, hash)| !ours.get(path).is_some_and(|known| known.contains(hash)))
        .collect();
    if !intents.is_empty() {
        store.intend(&intents)?;
    }
    let disk = ShareDisk::new(&config.share);
    // Also where the record of what was published is lost, or older than what stands there.
    let program = setup.text.word("document.author").to_string();
    let mut publisher = Publisher::new(disk, words(&setup.text), now.local, SystemTime::now())
        .recognising(
            vec![program, config.plan.board.clone()],
            store.was_restored()?,
        );
    let mut again = false;
    for publication in &effects.publications {
        match publisher.publish(publication, &ours) {
            Ok(done) => {
                if let Outcome::Beside(path, why) = &done.outcome {
                    again = true;
                    troubles.push(trouble(
                        "beside",
                        &done.path,
                        &format!("{why}; the fresh workbook is {path}"),
                    ));
                }
                if let Some(kept) = &done.kept {
                    troubles.push(trouble(
                        "kept-copy",
                        kept,
                        "the published workbook had been edited by hand",
                    ));
                }
                published.push(done);
            }
            Err(e) if publication.path == config.publish.consolidated => return Err(e.into()),
            Err(e @ PublishError::Away(_)) => return Err(e.into()),
            Err(e) => {
                again = true;
                troubles.push(trouble("not-written", &publication.path, &e.to_string()));
            }
        }
    }
    publisher.clean(&output_folders(config));
    Ok(again)
}

/// The folders we write into.
pub(super) fn output_folders(config: &Config) -> BTreeSet<String> {
    let consolidated = config
        .publish
        .consolidated
        .rsplit_once('/')
        .map_or("", |(f, _)| f);
    [
        consolidated,
        &config.publish.feedback,
        &config.publish.periods,
    ]
    .into_iter()
    .map(|f| f.trim_matches('/').to_owned())
    .collect()
}

/// What stands on the share now, by path: targets, and alternates until they are tidied.
pub(super) fn note_published(
    before: &State,
    after: &mut State,
    published: &[Published],
    words: &Words,
) {
    let mut known = before.published.clone();
    for done in published {
        match &done.outcome {
            Outcome::Unchanged | Outcome::Written => {
                known.retain(|path, _| !is_alternate_of(path, &done.path, &words.fresh));
                known.insert(done.path.clone(), done.hash.clone());
            }
            Outcome::Beside(path, _) => {
                known.insert(path.clone(), done.hash.clone());
            }
        }
    }
    after.published = known;
}
