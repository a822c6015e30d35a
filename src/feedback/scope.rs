//! What of a pass concerns one department, found once for all sheets.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::domain::cell::CellRef;
use crate::domain::finding::{Finding, Severity};
use crate::domain::grid::GridSheet;
use crate::domain::reading::{Reading, TaskRow};
use crate::text::cell_runs;

use super::Input;
use super::part::Part;

/// Errors whose row counts but for the cell itself, or that concern no row of this workbook (SPEC §11).
const NOT_HOLDING: &[&str] = &["E01", "E02", "E03", "E08"];

/// The part of a pass that concerns one department.
pub struct Scope<'a> {
    /// What it was made from.
    pub input: &'a Input<'a>,
    /// The department's part of the pass.
    pub part: &'a Part<'a>,
    /// Findings, worst first, then by place.
    pub findings: Vec<&'a Finding>,
    /// Findings that are no department's, for the Office, which is told of them: annexes of an unknown department.
    pub nobodys: Vec<&'a Finding>,
    /// Sheets of its annexes that are shown in their own layout.
    pub pages: Vec<Page<'a>>,
    /// Rows that do not count, by file, sheet and row.
    pub held: BTreeMap<RowKey<'a>, Vec<&'a Finding>>,
    /// Rows by place.
    index: HashMap<RowKey<'a>, &'a TaskRow>,
    /// Rows refused as state secrets: nothing of them is shown.
    secrets: BTreeSet<RowKey<'a>>,
}

/// File, sheet, zero-based row.
pub type RowKey<'a> = (&'a str, &'a str, u32);

/// A sheet of an annex that is shown in its own layout.
pub struct Page<'a> {
    /// File.
    pub file: &'a str,
    /// Reading of the file.
    pub reading: &'a Reading,
    /// Raw cells.
    pub sheet: &'a GridSheet,
    /// Tab name here.
    pub tab: String,
}

impl<'a> Scope<'a> {
    /// Gathers what concerns the department.
    #[must_use]
    pub fn new(input: &'a Input<'a>, part: &'a Part<'a>) -> Self {
        let mut findings: Vec<&Finding> = part.findings.clone();
        findings.sort_by(|a, b| {
            let key = |f: &Finding| {
                (
                    f.severity,
                    f.file.clone(),
                    f.sheet.clone(),
                    f.cell,
                    f.code.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        let nobodys = part.nobodys.clone();
        let secrets = secrets(input, part);
        let pages = pages(input, &findings);
        let index = index(input);
        let held = held(part, &index, &findings);
        Self {
            input,
            part,
            findings,
            nobodys,
            pages,
            held,
            index,
            secrets,
        }
    }

    /// Whether a row was refused as a state secret.
    #[must_use]
    pub fn is_secret(&self, file: &str, sheet: &str, row: u32) -> bool {
        self.secrets.contains(&(file, sheet, row))
    }

    /// The value of a finding, unless it stands in a refused row.
    #[must_use]
    pub fn value(&self, finding: &'a Finding) -> &'a str {
        let secret = match (&finding.file, &finding.sheet, finding.cell) {
            (Some(file), Some(sheet), Some(cell)) => self.is_secret(file, sheet, cell.row),
            _ => false,
        };
        if secret || finding.code == "T35" {
            ""
        } else {
            &finding.value
        }
    }

    /// The page a finding points to.
    #[must_use]
    pub fn page_of(&self, finding: &Finding) -> Option<&Page<'a>> {
        let sheet = finding.sheet.as_deref()?;
        self.pages.iter().find(|p| {
            p.sheet.name == sheet && finding.file.as_deref().is_none_or(|file| file == p.file)
        })
    }

    /// Target of a link to where a finding stands: its cell, else the place that it names, else its sheet.
    #[must_use]
    pub fn target_of(&self, finding: &Finding) -> Option<String> {
        let page = self.page_of(finding)?;
        let named = finding.cell.or(finding.related.first().copied());
        Some(Self::target(page, named.unwrap_or(CellRef::new(0, 0))))
    }

    /// Target of a link to a cell on a page.
    #[must_use]
    pub fn target(page: &Page<'_>, cell: CellRef) -> String {
        format!("internal:'{}'!{cell}", page.tab.replace('\'', "''"))
    }

    /// The task row at a place, if there is one.
    #[must_use]
    pub fn task_row(&self, file: &str, sheet: &str, row: u32) -> Option<&'a TaskRow> {
        self.index.get(&(file, sheet, row)).copied()
    }

    /// How many findings have a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> u64 {
        self.findings
            .iter()
            .filter(|f| f.severity == severity)
            .map(|_| 1_u64)
            .sum()
    }

    /// Whether the whole file is held back.
    #[must_use]
    pub fn file_held(&self) -> bool {
        self.input.department.verdict == Some(crate::domain::verdict::Verdict::HeldBack)
    }
}

/// Every row of a reading, tasks first, then indicators.
pub fn rows(reading: &Reading) -> impl Iterator<Item = &TaskRow> {
    let tasks = reading.tables.iter().flat_map(|t| &t.rows);
    tasks.chain(reading.indicators.iter().flat_map(|t| &t.rows))
}

/// Cells of a finding, the primary one first.
#[must_use]
pub fn cells(finding: &Finding) -> Vec<CellRef> {
    if finding.cells.is_empty() {
        finding.cell.into_iter().collect()
    } else {
        finding.cells.clone()
    }
}

/// Cells as people read them, at most so many.
#[must_use]
pub fn cell_list(cells: &[CellRef], max: usize) -> String {
    let mut names = cell_runs(cells);
    let more = names.len().saturating_sub(max);
    if more > 0 {
        names.truncate(max);
        names.push(format!("… (+{more})"));
    }
    names.join(", ")
}

fn secrets<'a>(input: &'a Input<'a>, part: &'a Part<'a>) -> BTreeSet<RowKey<'a>> {
    let mut out = BTreeSet::new();
    for (file, reading) in &input.readings {
        for row in rows(reading).filter(|r| r.secret.is_some()) {
            out.insert((*file, &*row.sheet, row.row));
        }
    }
    for finding in &part.secrets {
        if let (Some(file), Some(sheet)) = (&finding.file, &finding.sheet) {
            for cell in cells(finding) {
                out.insert((file.as_str(), sheet.as_str(), cell.row));
            }
        }
    }
    out
}

fn index<'a>(input: &'a Input<'a>) -> HashMap<RowKey<'a>, &'a TaskRow> {
    let mut out = HashMap::new();
    for (file, reading) in &input.readings {
        out.extend(rows(reading).map(|row| ((*file, &*row.sheet, row.row), row)));
    }
    out
}

fn held<'a>(
    part: &Part<'a>,
    index: &HashMap<RowKey<'a>, &'a TaskRow>,
    findings: &[&'a Finding],
) -> BTreeMap<RowKey<'a>, Vec<&'a Finding>> {
    let mut out: BTreeMap<RowKey<'a>, Vec<&'a Finding>> = BTreeMap::new();
    for finding in findings {
        let (Some(file), Some(sheet)) = (finding.file.as_deref(), finding.sheet.as_deref()) else {
            continue;
        };
        let by_error =
            finding.severity == Severity::Error && !NOT_HOLDING.contains(&finding.code.as_str());
        let task = finding.task.as_ref();
        let codes = task.and_then(|task| part.held.get(task.as_str()));
        let by_ledger = codes.is_some_and(|codes| codes.contains(&finding.code));
        if !(by_error || by_ledger) {
            continue;
        }
        let told: BTreeSet<u32> = cells(finding).iter().map(|c| c.row).collect();
        for row in told {
            if index.contains_key(&(file, sheet, row)) {
                out.entry((file, sheet, row)).or_default().push(finding);
            }
        }
    }
    out
}

/// The sheets to show: those with a table, and those a finding points into.
fn pages<'a>(input: &'a Input<'a>, findings: &[&'a Finding]) -> Vec<Page<'a>> {
    let mut taken: HashSet<String> = ["verdict", "list", "agenda"]
        .iter()
        .map(|k| {
            input
                .text
                .word(&format!("feedback.sheet.{k}"))
                .as_str()
                .to_lowercase()
        })
        .collect();
    let fallback = input.text.word("feedback.sheet.annex").to_string();
    let mut out = Vec::new();
    for (file, reading) in &input.readings {
        for sheet in &reading.grid.sheets {
            let tabled = rows(reading).any(|r| *r.sheet == *sheet.name);
            let pointed = findings.iter().any(|f| {
                f.file.as_deref() == Some(*file) && f.sheet.as_deref() == Some(sheet.name.as_str())
            });
            if (tabled || pointed) && !sheet.cells.is_empty() {
                out.push(Page {
                    file,
                    reading,
                    sheet,
                    tab: tab_name(&sheet.name, &fallback, &mut taken),
                });
            }
        }
    }
    out
}

/// A tab name that spreadsheets accept and that is unique here (at most 31 UTF-16 units).
fn tab_name(wish: &str, fallback: &str, taken: &mut HashSet<String>) -> String {
    let clean: String = wish
        .chars()
        .map(|c| {
            if "[]:*?/\\".contains(c) || c.is_control() {
                '-'
            } else {
                c
            }
        })
        .collect();
    let clean = clean.trim().trim_matches('\'');
    let base = if clean.is_empty() { fallback } else { clean };
    let mut number = 1;
    loop {
        let suffix = if number == 1 {
            String::new()
        } else {
            format!(" ({number})")
        };
        let room = 31 - suffix.len();
        let mut name = String::new();
        for c in base.chars() {
            if name.encode_utf16().count() + c.len_utf16() > room {
                break;
            }
            name.push(c);
        }
        let name = format!("{}{suffix}", name.trim_end().trim_end_matches('\''));
        if taken.insert(name.to_lowercase()) {
            return name;
        }
        number += 1;
    }
}
