//! Notes on the cells with findings, and the column beside the annex that says of each row whether it counts.

use std::collections::{BTreeMap, HashMap};

use crate::book::{Cell, CellValue, Sheet, Styles};
use crate::domain::cell::CellRef;
use crate::domain::finding::{Arg, Finding, Severity};
use crate::text::{Text, Vi};

use super::layout::Layout;
use super::look::Look;
use super::paint;
use super::scope::{cell_list, cells};

/// What a note says of a finding.
fn note(text: &Text, finding: &Finding) -> String {
    let severity = text.word(&format!("feedback.severity.{}", finding.severity.name()));
    let head = text.say(
        "feedback.layout.note_head",
        &[
            ("code", Arg::Plain(finding.code.clone())),
            ("severity", Arg::Plain(severity.to_string())),
        ],
    );
    let remedy = Arg::Plain(text.remedy(finding).to_string());
    let remedy = text.say("feedback.layout.note_remedy", &[("remedy", remedy)]);
    format!("{head}\n{}\n{remedy}", text.message(finding))
}

impl Layout<'_> {
    /// One note per cell with everything found there.
    pub(super) fn notes(&self, sheet: &mut Sheet, merged: &HashMap<CellRef, CellRef>) {
        let text = self.scope.input.text;
        let mut notes: BTreeMap<CellRef, Vec<&Finding>> = BTreeMap::new();
        for (at, findings) in &self.told {
            if self.inside(*at) {
                notes
                    .entry(merged.get(at).copied().unwrap_or(*at))
                    .or_default()
                    .extend(findings);
            }
        }
        // A finding of a whole column stands on hundreds of cells with the same words.
        let mut said: HashMap<*const Finding, String> = HashMap::new();
        for (at, mut findings) in notes {
            findings
                .sort_by(|a, b| (a.severity, &a.code, a.cell).cmp(&(b.severity, &b.code, b.cell)));
            let mut parts: Vec<String> = Vec::new();
            for finding in findings {
                let part = said
                    .entry(std::ptr::from_ref(finding))
                    .or_insert_with(|| note(text, finding))
                    .clone();
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            sheet
                .notes
                .push((at.row, at.col, Vi::quoted(&parts.join("\n\n"))));
        }
    }

    /// The column at the right of the annex that says of each row whether it counts.
    pub(super) fn marker(&self, sheet: &mut Sheet, styles: &mut Styles, look: &Look) {
        if self.zones.is_empty() {
            return;
        }
        let text = self.scope.input.text;
        let col = self.last.1 + 1;
        for zone in self.zones.iter().filter(|z| z.bottom <= self.last.0) {
            let value = CellValue::Text(text.word("feedback.layout.marker"));
            if zone.bottom > zone.first {
                let style = look.head;
                sheet
                    .merges
                    .push((zone.first, col, zone.bottom, col, Cell { value, style }));
            } else {
                sheet.put(zone.first, col, value, look.head);
            }
        }
        for row in self.tasks.keys().filter(|row| **row <= self.last.0) {
            let (words, severity) = self.judged(*row);
            let style = styles.id(paint::marker(severity));
            sheet.put(*row, col, CellValue::Text(words), style);
        }
    }

    fn judged(&self, row: u32) -> (Vi, Option<Severity>) {
        let text = self.scope.input.text;
        let say = |key: &str, cells: &[CellRef]| {
            let cells = Arg::Plain(cell_list(cells, 6));
            text.say(&format!("feedback.layout.{key}"), &[("cells", cells)])
        };
        if self.secret(row) {
            return (say("secret", &[]), Some(Severity::Error));
        }
        if let Some(findings) = self.holding(row) {
            let mut own: Vec<CellRef> = findings
                .iter()
                .flat_map(|f| cells(f))
                .filter(|c| c.row == row)
                .collect();
            own.sort_unstable();
            own.dedup();
            return (say("held", &own), Some(Severity::Error));
        }
        if self.scope.file_held() {
            return (say("held_file", &[]), Some(Severity::Error));
        }
        let in_row = CellRef::new(row, 0)..=CellRef::new(row, u16::MAX);
        let mut own: Vec<(Severity, CellRef)> = self
            .told
            .range(in_row)
            .filter_map(|(at, _)| Some((self.worst(*at)?, *at)))
            .filter(|(severity, _)| *severity != Severity::Info)
            .collect();
        own.sort_unstable();
        let worst = own.first().map(|(severity, _)| *severity);
        let places: Vec<CellRef> = own
            .iter()
            .filter(|(s, _)| Some(*s) == worst)
            .map(|(_, c)| *c)
            .collect();
        match worst {
            Some(Severity::Error) => (say("partly", &places), worst),
            Some(_) => (say("look", &places), worst),
            None => (say("counted", &[]), None),
        }
    }
}
