//! The approved annex, from the workbooks of the baseline's folder.

use std::collections::{BTreeSet, HashMap};

use crate::domain::baseline::{Baseline, BaselineTask};
use crate::domain::field::Field;
use crate::domain::finding::Finding;
use crate::domain::snapshot::SeenFile;
use crate::domain::task::Source;

use super::build::{Names, settle_leads};
use super::scene::{FileView, Hit, Input, RowView, Scene};
use super::values::{LOCKED, stated};
use super::{Check, by_code, verdict};

/// Rules that also judge the baseline: files, headings, and cells that it binds departments to.
const FILE_RULES: [&str; 11] = [
    "F01", "F02", "F03", "F04", "F05", "S01", "S03", "S04", "S05", "S06", "S07",
];
const ROW_RULES: [&str; 18] = [
    "T01", "T02", "T03", "T06", "T07", "T08", "T09", "T10", "T11", "T12", "T28", "T29", "T31",
    "T33", "T34", "T35", "T36", "S08",
];

/// Reads the approved annex and judges it.
///
/// `input.files` are the baseline's workbooks, or the trial of a new one. Rows that cannot be identified or read are left out and told. While
/// no workbook of the folder can be read, the last approved annex of the ledger stands.
#[must_use]
pub fn baseline(files: &[&SeenFile], input: &Input<'_>) -> (Option<Baseline>, Vec<Finding>) {
    if files.is_empty() {
        return (None, Vec::new());
    }
    let plain = Input {
        baseline: None,
        ..*input
    };
    let (mut scene, mut hits) = (scene_of(files, plain), Vec::new());
    for file in &scene.files {
        for code in FILE_RULES {
            if let Some(Check::File(check)) = by_code(code).map(|r| r.check) {
                check(file, &scene, &mut hits);
            }
        }
    }
    let held: BTreeSet<usize> = hits
        .iter()
        .filter(|h| verdict::holds_file(h, &plain))
        .filter_map(|h| h.file)
        .collect();
    for index in &held {
        scene.files[*index].held = true;
    }
    let scene = Scene::new(plain, scene.files, scene.departments);
    let mut refused: BTreeSet<usize> = BTreeSet::new();
    for row in &scene.rows {
        let before = hits.len();
        judge(row, &mut hits);
        // A deadline or lead that cannot be read binds nobody, the rest of the row still does.
        let fatal = hits[before..].iter().any(|h| {
            matches!(h.code.as_str(), "T01" | "T03" | "T35")
                || (matches!(h.code.as_str(), "T28" | "T29" | "T36")
                    && h.field
                        .is_some_and(|f| LOCKED.contains(&f) || f == Field::Code))
        });
        if fatal {
            refused.insert(row.index);
        }
    }
    super::hiding::apply(&scene, &mut hits);
    for hit in &mut hits {
        hit.department = None;
    }
    let path = |index: usize| scene.files[index].seen.path.clone();
    let findings = verdict::finish(hits, &plain, &path);
    if scene.files.iter().all(|f| f.held) {
        return (input.ledger.approved.clone(), findings);
    }
    (Some(collect(&scene, &refused)), findings)
}

fn scene_of<'a>(files: &[&'a SeenFile], input: Input<'a>) -> Scene<'a> {
    let mut seen: Vec<&'a SeenFile> = files.to_vec();
    seen.sort_by(|a, b| a.path.cmp(&b.path));
    let views = seen
        .into_iter()
        .enumerate()
        .map(|(index, seen)| FileView {
            index,
            seen,
            reading: seen.content.as_ref().ok().map(|r| &**r),
            department: None,
            common: true,
            held: false,
        })
        .collect();
    let departments = input
        .config
        .roster
        .departments
        .iter()
        .map(|d| (d.code.clone(), d.name.clone()))
        .collect();
    Scene {
        input,
        files: views,
        rows: Vec::new(),
        figures: Vec::new(),
        departments,
        by_id: HashMap::new(),
        plan: HashMap::new(),
    }
}

fn judge(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let only = row.row.secret.is_some();
    for code in ROW_RULES.into_iter().filter(|c| !only || *c == "T35") {
        if let Some(Check::Row(check)) = by_code(code).map(|r| r.check) {
            check(row, hits);
        }
    }
}

fn collect(scene: &Scene<'_>, refused: &BTreeSet<usize>) -> Baseline {
    let mut tasks: Vec<BaselineTask> = Vec::new();
    let mut columns: BTreeSet<Field> = BTreeSet::new();
    let names = Names::new(&scene.departments);
    for row in scene.rows.iter().filter(|r| !refused.contains(&r.index)) {
        let mut values = stated(row.row);
        settle_leads(&mut values.leads, &names);
        values.extra.clear();
        columns.extend(row.row.cells.keys().copied());
        tasks.push(BaselineTask {
            id: row.id.clone(),
            values,
            source: Source {
                file: scene.files[row.file].seen.path.clone(),
                sheet: row.row.sheet.to_string(),
                cell: row.cell(Field::Content).map(|c| c.at),
            },
        });
    }
    let mut hasher = blake3::Hasher::new();
    for file in scene.files.iter().filter(|f| !f.held) {
        hasher.update(file.seen.hash.as_bytes());
        hasher.update(b"\n");
    }
    Baseline {
        tasks,
        hash: hasher.finalize().to_hex().to_string(),
        columns,
    }
}
