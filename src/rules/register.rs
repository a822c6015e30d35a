//! What plan and ledger hold, found quickly: approved tasks by their content, codes by their series. Gathered when first asked for.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::domain::baseline::BaselineTask;

use super::matching::key;
use super::scene::Input;

/// The register of one judgement.
pub struct Register<'a> {
    input: Input<'a>,
    by_content: OnceLock<HashMap<String, Vec<&'a BaselineTask>>>,
    before: OnceLock<HashMap<&'a str, &'a BaselineTask>>,
    series: OnceLock<Series<'a>>,
}

/// A code in its parts: what stands before its number, the number, and with how many digits it is written.
pub type Parts<'a> = (&'a str, u32, usize);

/// Takes a code apart; none without a number at its end.
#[must_use]
pub fn parts(code: &str) -> Option<Parts<'_>> {
    let code = code.trim();
    let digits = code.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (stem, number) = code.split_at(digits);
    let value: u32 = number.parse().ok()?;
    Some((stem, value, number.len()))
}

/// The highest of some codes; the last one where two are as high.
pub fn highest<'c>(codes: impl Iterator<Item = Parts<'c>>) -> Option<Parts<'c>> {
    codes.max_by_key(|c| (c.1, c.0))
}

/// Codes of the plan and of the ledger.
#[derive(Default)]
pub struct Series<'a> {
    /// The highest of all.
    pub highest: Option<Parts<'a>>,
    /// The highest number of each stem.
    pub numbers: HashMap<&'a str, u32>,
}

impl<'a> Register<'a> {
    /// Of what is judged.
    #[must_use]
    pub const fn new(input: Input<'a>) -> Self {
        Self {
            input,
            by_content: OnceLock::new(),
            before: OnceLock::new(),
            series: OnceLock::new(),
        }
    }

    /// Approved tasks with a matched content, in the order of the plan.
    #[must_use]
    pub fn planned(&self, content: &str) -> &[&'a BaselineTask] {
        let index = self.by_content.get_or_init(|| {
            let mut index: HashMap<String, Vec<&'a BaselineTask>> = HashMap::new();
            for task in self.input.baseline.iter().flat_map(|b| &b.tasks) {
                let content = key(&task.values.content);
                index.entry(content).or_default().push(task);
            }
            index
        });
        index.get(content).map_or(&[], Vec::as_slice)
    }

    /// A task as the ledger knows it from the approved annex.
    #[must_use]
    pub fn approved_before(&self, id: &str) -> Option<&'a BaselineTask> {
        let index = self.before.get_or_init(|| {
            let tasks = self.input.ledger.approved.iter().flat_map(|b| &b.tasks);
            // Of two with one identity the first one stands.
            tasks.rev().map(|t| (t.id.as_str(), t)).collect()
        });
        index.get(id).copied()
    }

    /// The codes that are known.
    #[must_use]
    pub fn series(&self) -> &Series<'a> {
        self.series.get_or_init(|| {
            let planned = self.input.baseline.iter().flat_map(|b| &b.tasks);
            let planned = planned.map(|t| t.values.code.as_str());
            let accepted = self.input.ledger.rows.values();
            let accepted = accepted.map(|r| r.values.code.as_str());
            let known: Vec<Parts<'a>> = planned.chain(accepted).filter_map(parts).collect();
            let mut numbers: HashMap<&'a str, u32> = HashMap::new();
            for (stem, value, _) in &known {
                let most = numbers.entry(stem).or_default();
                *most = (*most).max(*value);
            }
            Series {
                highest: highest(known.into_iter()),
                numbers,
            }
        })
    }
}
