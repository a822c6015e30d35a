//! Which task a row is: its code, else the approved or accepted task with the same content, never the running number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::reading::{TaskRow, TaskTable};
use crate::domain::task::{TaskId, TaskValues};

use super::matching::{Content, Likeness, key};
use super::says::Says;
use super::scene::{FileView, Input};

/// What is known of a row's identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Identity; empty when it cannot be told.
    pub id: TaskId,
    /// The task it most likely is, when it cannot be told.
    pub guess: Option<TaskId>,
    /// The first row with the same code.
    pub twin: Option<CellRef>,
    /// The code it had, when the code was changed.
    pub old_code: Option<String>,
}

/// Letters of a content that was taken out and replaced by a word, at most.
const WORDS_TAKEN_OUT: usize = 10;

/// Tasks known before: approved ones, then accepted ones; gathered once for all files.
pub struct Known {
    tasks: Vec<KnownTask>,
    by_code: HashMap<String, usize>,
    by_content: HashMap<String, Vec<usize>>,
    /// How many of them the approved annex has: those come first.
    planned: usize,
    /// The others, by the department that reports them.
    reported: HashMap<String, Vec<usize>>,
}

struct KnownTask {
    id: TaskId,
    code: String,
    code_key: String,
    content: Content,
    at: Option<(String, CellRef)>,
    /// The approved annex has it.
    planned: bool,
    /// Departments whose annex may report it: its leads and its reporter.
    departments: Vec<String>,
}

impl KnownTask {
    fn is_of(&self, department: Option<&str>) -> bool {
        department.is_none_or(|d| self.departments.iter().any(|mine| mine == d))
    }
}

impl Known {
    /// Gathers what the plan and the ledger know.
    #[must_use]
    pub fn new(input: &Input<'_>) -> Self {
        let mut tasks: Vec<KnownTask> = Vec::new();
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        for task in input.baseline.iter().flat_map(|b| &b.tasks) {
            let accepted = input.ledger.rows.get(&task.id);
            ids.insert(&task.id);
            tasks.push(KnownTask {
                id: task.id.clone(),
                code: task.values.code.clone(),
                code_key: key(&task.values.code),
                planned: true,
                content: Content::new(&task.values.content),
                at: accepted.and_then(|r| Some((r.source.sheet.clone(), r.source.cell?))),
                departments: super::values::lead_codes(&task.values.leads)
                    .map(str::to_owned)
                    .chain(accepted.map(|r| r.department.clone()))
                    .collect(),
            });
        }
        let planned = tasks.len();
        let mut reported: HashMap<String, Vec<usize>> = HashMap::new();
        for (id, row) in &input.ledger.rows {
            if !ids.contains(id.as_str()) {
                match reported.get_mut(&row.department) {
                    Some(places) => places.push(tasks.len()),
                    None => {
                        reported.insert(row.department.clone(), vec![tasks.len()]);
                    }
                }
                tasks.push(KnownTask {
                    id: id.clone(),
                    code: row.values.code.clone(),
                    code_key: key(&row.values.code),
                    planned: false,
                    content: Content::new(&row.values.content),
                    at: row.source.cell.map(|c| (row.source.sheet.clone(), c)),
                    departments: vec![row.department.clone()],
                });
            }
        }
        let mut by_code = HashMap::new();
        let mut by_content: HashMap<String, Vec<usize>> = HashMap::new();
        let approved: HashMap<&str, &TaskValues> = input
            .ledger
            .approved
            .iter()
            .filter(|_| {
                input
                    .baseline
                    .is_some_and(|b| b.hash != input.ledger.baseline)
            })
            .flat_map(|b| &b.tasks)
            .map(|t| (t.id.as_str(), &t.values))
            .collect();
        for (i, task) in tasks.iter().enumerate() {
            if !task.code_key.is_empty() {
                by_code.entry(task.code_key.clone()).or_insert(i);
            }
            by_content
                .entry(task.content.key.clone())
                .or_default()
                .push(i);
            // A workbook may still show what was approved before.
            let replaced = input.ledger.superseded.get(&task.id).into_iter().flatten();
            let until_now = approved.get(task.id.as_str()).copied();
            for earlier in replaced.map(|s| &s.values).chain(until_now) {
                let earlier = key(&earlier.content);
                if earlier != task.content.key {
                    by_content.entry(earlier).or_default().push(i);
                }
            }
        }
        Self {
            tasks,
            by_code,
            by_content,
            planned,
            reported,
        }
    }

    /// Tasks that an annex of a department may report, in order: what another department alone reports is not taken for its own on mere likeness.
    fn open_to(&self, department: Option<&str>) -> impl Iterator<Item = &KnownTask> {
        let first = if department.is_some() {
            self.planned
        } else {
            self.tasks.len()
        };
        let own = department.and_then(|d| self.reported.get(d));
        let own = own.into_iter().flatten().filter_map(|i| self.tasks.get(*i));
        self.tasks[..first].iter().chain(own)
    }

    /// Whether a task is known.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.tasks.iter().any(|t| t.id == id)
    }

    /// Whether a row that says so is a task known before: its code or its content is that task's, or the task is its department's.
    #[must_use]
    pub fn confirms(&self, id: &str, says: &Says, department: Option<&str>) -> bool {
        let content = key(&says.content);
        self.tasks.iter().filter(|t| t.id == id).any(|t| {
            t.is_of(department) || (!says.content.is_empty() && t.content.is_like(&content))
        })
    }

    /// The task that was accepted from a cell's row, unless the row that stands there now plainly says something else.
    #[must_use]
    pub fn accepted_at(
        &self,
        sheet: &str,
        row: u32,
        says: &Says,
        department: Option<&str>,
    ) -> Option<&TaskId> {
        let at = self.tasks.iter().find(|t| {
            t.is_of(department)
                && t.at
                    .as_ref()
                    .is_some_and(|(s, cell)| s == sheet && cell.row == row)
        })?;
        let (code, content) = (key(&says.code), key(&says.content));
        let another = !code.is_empty() && !at.code_key.is_empty() && code != at.code_key;
        // A short word in place of the content says nothing: it was taken out.
        let told = content.chars().filter(|c| c.is_alphanumeric()).count() > WORDS_TAKEN_OUT;
        let same = at.content.is_like(&content);
        (!another && (!told || same)).then_some(&at.id)
    }

    /// The closest task by content among those that may be taken; the department's own before others'.
    fn by_content(
        &self,
        content: &str,
        department: Option<&str>,
        exactly: bool,
        may: impl Fn(&KnownTask) -> bool,
    ) -> Option<&KnownTask> {
        if content.is_empty() {
            return None;
        }
        let exact = self
            .by_content
            .get(content)
            .into_iter()
            .flatten()
            .filter_map(|i| self.tasks.get(*i))
            .filter(|t| may(t))
            .max_by_key(|t| t.is_of(department));
        if exact.is_some() || exactly {
            return exact;
        }
        let content = Likeness::new(content);
        self.open_to(department)
            .filter(|t| t.content.likeness().may_be_like(&content) && may(t))
            .filter_map(|t| {
                let distance = t.content.likeness().distance_within(&content)?;
                Some((distance, !t.is_of(department), t))
            })
            .min_by_key(|(d, other, _)| (*d, *other))
            .map(|(_, _, t)| t)
    }
}

/// A task without a code is known by the hash of its matched content.
#[must_use]
pub fn content_id(content: &str) -> TaskId {
    let hash = blake3::hash(key(content).as_bytes());
    format!("#{}", &hash.to_hex()[..16])
}

/// Identifies the rows of one file, in order.
#[must_use]
pub fn identify(
    known: &Known,
    file: &FileView<'_>,
    rows: &[(&TaskTable, &TaskRow)],
    elsewhere: &Elsewhere,
) -> Vec<Identity> {
    let says: Vec<Says> = rows.iter().map(|(_, r)| Says::openly(r)).collect();
    identify_by(known, file, rows, &says, elsewhere)
}

/// The same by what the rows are known to say.
#[must_use]
pub fn identify_by(
    known: &Known,
    file: &FileView<'_>,
    rows: &[(&TaskTable, &TaskRow)],
    says: &[Says],
    elsewhere: &Elsewhere,
) -> Vec<Identity> {
    let department = file.department.as_deref();
    let mut out = vec![Identity::default(); rows.len()];
    let mut taken: BTreeSet<TaskId> = BTreeSet::new();
    let codes: Vec<String> = says.iter().map(|s| key(&s.code)).collect();
    let standing: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
    let sight = Sight {
        known,
        department,
        rows,
        says,
        codes: &codes,
        standing: &standing,
        stands: Standing {
            here: &standing,
            elsewhere,
            file: file.index,
            department,
        },
    };
    sight.by_code(&mut out, &mut taken);
    sight.by_content(&mut out, &mut taken);
    sight.guess(&mut out, &taken);
    out
}

/// Codes that stand in the annexes that count, with the files they stand in.
pub type Elsewhere = BTreeMap<String, BTreeSet<usize>>;

/// Every code that stands in an annex, by the file it stands in; trial drops are none.
#[must_use]
pub fn codes(input: &Input<'_>, files: &[FileView<'_>]) -> Elsewhere {
    let mut out = Elsewhere::new();
    // An annex that is not judged now stands as it was accepted; so does one that is there but cannot be read, or is held back.
    let judged: BTreeSet<&str> = files
        .iter()
        .filter(|f| f.reading.is_some() && !f.held && !f.is_trial())
        .map(|f| f.seen.path.as_str())
        .collect();
    for row in input.ledger.rows.values() {
        if judged.contains(row.source.file.as_str()) {
            continue;
        }
        let code = key(&row.values.code);
        if !code.is_empty() {
            out.entry(code).or_default().insert(usize::MAX);
        }
    }
    for file in files.iter().filter(|f| !f.held && !f.is_trial()) {
        let tables = file.reading.iter().flat_map(|r| &r.tables);
        for code in tables.flat_map(|t| &t.rows).map(code_key) {
            if !code.is_empty() {
                out.entry(code).or_default().insert(file.index);
            }
        }
    }
    out
}

/// Where codes stand, seen from one file.
struct Standing<'a> {
    here: &'a BTreeSet<&'a str>,
    elsewhere: &'a Elsewhere,
    file: usize,
    department: Option<&'a str>,
}

impl Standing<'_> {
    /// Whether a task's code has not vanished: it stands here or, being another department's task, in that one's annex.
    fn holds(&self, task: &KnownTask) -> bool {
        let code = task.code_key.as_str();
        self.here.contains(code)
            || (!task.is_of(self.department)
                && self
                    .elsewhere
                    .get(code)
                    .is_some_and(|files| files.iter().any(|f| *f != self.file)))
    }
}

fn code_key(row: &TaskRow) -> String {
    key(&Says::openly(row).code)
}

/// What the rows of one file are identified by.
struct Sight<'a> {
    known: &'a Known,
    department: Option<&'a str>,
    rows: &'a [(&'a TaskTable, &'a TaskRow)],
    says: &'a [Says],
    codes: &'a [String],
    standing: &'a BTreeSet<&'a str>,
    stands: Standing<'a>,
}

impl Sight<'_> {
    fn by_code(&self, out: &mut [Identity], taken: &mut BTreeSet<TaskId>) {
        let Self {
            known,
            rows,
            says,
            codes,
            stands,
            ..
        } = self;
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (i, code) in codes.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
            if let Some(earlier) = first.get(code.as_str()) {
                let (_, earlier) = rows[*earlier];
                out[i].twin = earlier.cell(Field::Code).map(|c| c.at);
                continue;
            }
            first.insert(code, i);
            let content = key(&says[i].content);
            let coded = known.by_code.get(code).map(|k| &known.tasks[*k]);
            let fits = coded.is_some_and(|t| content.is_empty() || t.content.is_like(&content));
            if !fits {
                // With a code of its own a row takes no task that another department alone reports: offices word alike.
                let vanished = |t: &KnownTask| {
                    (t.planned || t.is_of(self.department))
                        && !t.code_key.is_empty()
                        && !stands.holds(t)
                        && !taken.contains(&t.id)
                };
                if let Some(task) = known.by_content(&content, self.department, false, vanished) {
                    out[i].id.clone_from(&task.id);
                    out[i].old_code = Some(task.code.clone());
                    taken.insert(task.id.clone());
                    continue;
                }
            }
            if coded.is_none() {
                // A task that had no code so far is given one: it stays the same task.
                let uncoded = |t: &KnownTask| {
                    t.code_key.is_empty() && t.is_of(self.department) && !taken.contains(&t.id)
                };
                if let Some(task) = known.by_content(&content, self.department, true, uncoded) {
                    out[i].id.clone_from(&task.id);
                    taken.insert(task.id.clone());
                    continue;
                }
            }
            let id = coded.map_or_else(|| says[i].code.clone(), |t| t.id.clone());
            taken.insert(id.clone());
            out[i].id = id;
        }
    }

    fn by_content(&self, out: &mut [Identity], taken: &mut BTreeSet<TaskId>) {
        let Self {
            known,
            says,
            codes,
            standing,
            ..
        } = self;
        let open: Vec<(usize, String)> = (0..says.len())
            .filter(|i| codes[*i].is_empty())
            .map(|i| (i, key(&says[i].content)))
            .filter(|(_, content)| !content.is_empty())
            .collect();
        // Exact contents first, so that a near match never takes another row's task.
        for exact in [true, false] {
            for (i, content) in &open {
                if !out[*i].id.is_empty() {
                    continue;
                }
                let may = |t: &KnownTask| {
                    let stands = !t.code_key.is_empty() && standing.contains(t.code_key.as_str());
                    !stands && !taken.contains(&t.id)
                };
                if let Some(task) = known.by_content(content, self.department, exact, may) {
                    out[*i].id.clone_from(&task.id);
                    taken.insert(task.id.clone());
                }
            }
        }
        for (i, _) in &open {
            if !out[*i].id.is_empty() {
                continue;
            }
            let base = content_id(&says[*i].content);
            let mut id = base.clone();
            let mut n = 2;
            while taken.contains(&id) {
                id = format!("{base}-{n}");
                n += 1;
            }
            taken.insert(id.clone());
            out[*i].id = id;
        }
    }

    /// Rows that cannot be identified: the task accepted from the same cell, else the one that follows the row above, else one that shares the content.
    fn guess(&self, out: &mut [Identity], taken: &BTreeSet<TaskId>) {
        let Self {
            known, rows, says, ..
        } = self;
        let mut taken = taken.clone();
        for i in 0..out.len() {
            if !out[i].id.is_empty() {
                continue;
            }
            let (_, row) = rows[i];
            let free = |t: &KnownTask| t.is_of(self.department) && !taken.contains(&t.id);
            let content = key(&says[i].content);
            let same_cell = known.tasks.iter().find(|t| {
                free(t)
                    && t.at
                        .as_ref()
                        .is_some_and(|(sheet, cell)| **sheet == *row.sheet && cell.row == row.row)
            });
            let above = i
                .checked_sub(1)
                .map(|j| out[j].guess.clone().unwrap_or_else(|| out[j].id.clone()));
            let follows = || {
                let start = above
                    .as_ref()
                    .and_then(|id| known.tasks.iter().position(|t| t.id == *id))
                    .map_or(0, |p| p + 1);
                known.tasks.iter().skip(start).find(|t| free(t))
            };
            let found = known
                .by_content(&content, self.department, false, free)
                .or(same_cell)
                .or_else(follows);
            if let Some(task) = found {
                taken.insert(task.id.clone());
                out[i].guess = Some(task.id.clone());
            }
        }
    }
}
