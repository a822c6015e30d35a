//! Judges what was read: one file a rule, [`ALL`], [`assess`].

pub mod baseline;
pub mod build;
pub mod claims;
pub mod compare;
pub mod departments;
pub mod edits;
pub mod figures;
pub mod files;
pub mod hiding;
pub mod identity;
pub mod indicators;
pub mod matching;
pub mod own;
pub mod register;
pub mod says;
pub mod scene;
pub mod secrets;
pub mod suggest;
pub mod tasks;
pub mod values;
pub mod verdict;

use std::collections::HashMap;

use crate::cores;
use crate::domain::assessment::Assessment;
use crate::domain::field::Field;
use crate::domain::finding::Severity;

pub use baseline::baseline;
pub use scene::Input;
use scene::{FigureView, FileView, Hit, RowView, Scene, Subject};
pub use secrets::secrets;

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// A file, before its rows are looked at; an error holds the whole file.
    File(fn(&FileView<'_>, &Scene<'_>, &mut Vec<Hit>)),
    /// A task row.
    Row(fn(&RowView<'_>, &mut Vec<Hit>)),
    /// An indicator row.
    Figure(fn(&FigureView<'_>, &mut Vec<Hit>)),
    /// Everything at once.
    Share(fn(&Scene<'_>, &mut Vec<Hit>)),
}

/// A rule of the catalogue.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Code (`T09`).
    pub code: &'static str,
    /// English name (`deadline-invalid`).
    pub name: &'static str,
    /// Severity before the settings.
    pub severity: Severity,
    /// What it looks at and how.
    pub check: Check,
}

/// Every rule, in the order of the catalogue.
pub static ALL: &[&Rule] = &[
    &files::unreadable::RULE,
    &files::encrypted::RULE,
    &files::unsupported_format::RULE,
    &files::too_large::RULE,
    &files::still_being_saved::RULE,
    &files::two_workbooks::RULE,
    &files::unknown_department::RULE,
    &files::template_version::RULE,
    &files::no_task_table::RULE,
    &files::missing_column::RULE,
    &files::duplicate_column::RULE,
    &files::unknown_column::RULE,
    &files::no_tasks::RULE,
    &files::hidden_data::RULE,
    &files::date_system_1904::RULE,
    &files::legacy_encoding::RULE,
    &tasks::content_missing::RULE,
    &tasks::code_missing::RULE,
    &tasks::duplicate_code::RULE,
    &tasks::outside_plan::RULE,
    &tasks::lead_missing::RULE,
    &tasks::lead_unknown::RULE,
    &tasks::several_leads::RULE,
    &tasks::deadline_missing::RULE,
    &tasks::deadline_invalid::RULE,
    &tasks::deadline_ambiguous::RULE,
    &tasks::deadline_unresolved::RULE,
    &tasks::deadline_outside_plan::RULE,
    &tasks::status_unknown::RULE,
    &tasks::status_missing::RULE,
    &tasks::progress_not_a_number::RULE,
    &tasks::progress_out_of_range::RULE,
    &tasks::progress_scale_unclear::RULE,
    &tasks::completed_without_date::RULE,
    &tasks::date_without_completion::RULE,
    &tasks::completion_in_future::RULE,
    &tasks::completion_date_invalid::RULE,
    &tasks::completed_below_100::RULE,
    &tasks::full_progress_not_completed::RULE,
    &tasks::not_started_with_progress::RULE,
    &tasks::late_without_reason::RULE,
    &tasks::completed_without_evidence::RULE,
    &tasks::status_contradicts_dates::RULE,
    &tasks::error_value::RULE,
    &tasks::not_calculated::RULE,
    &tasks::kpi_differs::RULE,
    &tasks::date_as_text::RULE,
    &tasks::number_as_text::RULE,
    &tasks::confusable_characters::RULE,
    &tasks::unclean_text::RULE,
    &tasks::secret_row::RULE,
    &tasks::ditto_without_source::RULE,
    &tasks::completed_before_start::RULE,
    &edits::locked_cell_changed::RULE,
    &edits::deadline_changed::RULE,
    &edits::task_vanished::RULE,
    &edits::progress_went_down::RULE,
    &edits::completion_undone::RULE,
    &edits::completion_date_moved::RULE,
    &edits::evidence_removed::RULE,
    &edits::code_changed::RULE,
    &edits::mass_change::RULE,
    &edits::after_freeze::RULE,
    &edits::not_the_lead::RULE,
    &indicators::indicator_unknown::RULE,
    &indicators::numerator_above_denominator::RULE,
    &indicators::denominator_missing::RULE,
    &indicators::indicator_not_a_number::RULE,
    &indicators::rate_differs::RULE,
    &indicators::period_unknown::RULE,
    &indicators::closed_figure_changed::RULE,
    &indicators::figures_disagree::RULE,
    &departments::task_claimed_twice::RULE,
    &departments::annex_missing::RULE,
    &departments::annex_stale::RULE,
    &departments::task_unreported::RULE,
];

/// Finds a rule by its code.
#[must_use]
pub fn by_code(code: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|r| r.code == code)
}

/// Cells of indicator rows are read by the same rules as those of task rows.
const READING_CODES: [&str; 7] = ["S08", "T28", "T29", "T31", "T32", "T33", "T34"];

/// Judges all files together.
#[must_use]
pub fn assess(input: &Input<'_>) -> Assessment {
    let (files, departments) = build::files(*input);
    let mut scene = Scene {
        input: *input,
        files,
        rows: Vec::new(),
        figures: Vec::new(),
        departments,
        by_id: HashMap::new(),
        plan: HashMap::new(),
    };
    let mut hits = Vec::new();
    for file in &scene.files {
        for rule in ALL {
            if let Check::File(check) = rule.check {
                check(file, &scene, &mut hits);
            }
        }
    }
    for hit in &hits {
        if let Some(file) = hit.file
            && verdict::holds_file(hit, input)
        {
            scene.files[file].held = true;
        }
    }
    let mut scene = Scene::new(scene.input, scene.files, scene.departments);
    judge_rows(&scene, &mut hits);
    let mut shared = Vec::new();
    for rule in ALL {
        if let Check::Share(check) = rule.check {
            check(&scene, &mut shared);
        }
    }
    for hit in shared.iter().filter(|h| h.code == "E09") {
        if let Some(file) = hit.file
            && verdict::holds_file(hit, input)
        {
            scene.files[file].held = true;
        }
    }
    hits.extend(shared);
    hiding::apply(&scene, &mut hits);
    verdict::conclude(&scene, hits)
}

/// Rows that are judged by one thread at a time.
const ROWS_AT_ONCE: usize = 256;

fn judge_rows(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let some: Vec<&[RowView<'_>]> = scene.rows.chunks(ROWS_AT_ONCE).collect();
    let judged = cores::map(&some, |rows| {
        let mut hits = Vec::new();
        for row in *rows {
            judge_row(row, &mut hits);
        }
        hits
    });
    hits.extend(judged.into_iter().flatten());
    judge_figures(scene, hits);
    debug_assert!(hits.iter().all(|h| match h.subject {
        Subject::Row(i) => i < scene.rows.len(),
        Subject::Figure(i) => i < scene.figures.len(),
        Subject::Whole => true,
    }));
}

fn judge_row(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row.row.secret.is_some() {
        if let Some(Check::Row(check)) = by_code("T35").map(|r| r.check) {
            check(row, hits);
        }
        return;
    }
    for rule in ALL {
        if let Check::Row(check) = rule.check {
            check(row, hits);
        }
    }
    own::check(row, hits);
}

fn judge_figures(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    for figure in &scene.figures {
        if let Some(cell) = figure.row.secret {
            let mut hit = figure.hit("T35", Field::KpiName);
            (hit.cell, hit.field) = (Some(cell), None);
            (hit.value, hit.task) = (String::new(), None);
            hits.push(hit);
            continue;
        }
        for rule in ALL {
            if let Check::Figure(check) = rule.check {
                check(figure, hits);
            }
        }
        for (field, cell) in &figure.row.cells {
            for code in READING_CODES {
                if files::cell_mark(code, cell) {
                    hits.push(figure.hit_reading(code, *field));
                }
            }
        }
    }
}
