//! The bounded look at every part of an untrusted package before a reader that trusts it: sizes, checksums, addresses, and the facts
//! about cells that the reader does not tell (hidden rows, formulas without results, error texts, fonts of text runs).

use std::collections::HashMap;
use std::io::{BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use unicode_normalization::UnicodeNormalization;

use super::formats::font_encoding;
use super::package::{Package, resolve, too_large, unreadable};
use super::sheet_facts::SheetScan;
use crate::config::Limits;
use crate::domain::cell::{CellRef, ROWS_MAX};
use crate::domain::grid::Legacy;
use crate::domain::snapshot::FileFault;

/// Deepest nesting of elements; worksheets need about ten.
const DEPTH_MAX: usize = 200;

/// What the pre-scan found.
#[derive(Debug, Default)]
pub struct Facts {
    /// Worksheets, in tab order.
    pub sheets: Vec<SheetFacts>,
    /// Who saved it last.
    pub modified_by: Option<String>,
    /// Custom document properties.
    pub properties: Vec<(String, String)>,
    /// Cells with a value, over all sheets.
    pub cells: u64,
}

/// What the pre-scan found about one worksheet.
#[derive(Debug, Default)]
pub struct SheetFacts {
    /// Name as stored.
    pub raw_name: String,
    /// Name, NFC.
    pub name: String,
    /// Hidden or very hidden.
    pub hidden: bool,
    /// Normalised name of its part.
    pub part: String,
    /// Merged areas.
    pub merges: Vec<(CellRef, CellRef)>,
    /// Hidden rows.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns.
    pub hidden_cols: Vec<u16>,
    /// Cells of which the reader does not tell all.
    pub special: HashMap<CellRef, Special>,
}

/// What the reader does not tell about a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Special {
    /// It has a formula.
    pub formula: bool,
    /// It has a stored value.
    pub valued: bool,
    /// Its error text.
    pub error: Option<String>,
    /// Encoding of the font of its first text run.
    pub font: Legacy,
}

/// Looks at every part of a package: entry count, inflated size, checksums, names, XML well-formedness, addresses.
///
/// # Errors
/// Why the file is refused; nothing of it is then given to another reader.
pub fn prescan(bytes: &[u8], limits: &Limits) -> Result<Facts, FileFault> {
    let mut package = Package::open(bytes, limits)?;
    foreign(&mut package)?;
    let (mut sheets, strings) = workbook_parts(&mut package)?;
    let mut facts = Facts::default();
    let mut fonts = HashMap::new();
    if let Some(index) = strings.as_ref().and_then(|s| package.find(s)) {
        fonts = package.with_part(index, true, |r| shared_strings(r, limits))?;
    }
    let mut valued = 0_u64;
    for index in 0..package.len() {
        let name = package.name(index);
        if let Some(sheet) = sheets.iter_mut().find(|s| s.part == name) {
            package.with_part(index, true, |r| {
                SheetScan::new(sheet, &fonts, limits, &mut valued).run(r)
            })?;
        } else if Some(&name) == strings.as_ref() {
            // Read already.
        } else if name == "docprops/core.xml" {
            facts.modified_by = package.with_part(index, true, |r| core_properties(r))?;
        } else if name == "docprops/custom.xml" {
            facts.properties = package.with_part(index, true, |r| custom_properties(r))?;
        } else {
            let xml = std::path::Path::new(&name)
                .extension()
                .is_some_and(|e| e == "xml" || e == "rels");
            package.with_part(index, xml, |_| Ok(()))?;
        }
    }
    for sheet in &sheets {
        if package.find(&sheet.part).is_none() {
            return Err(unreadable(format!(
                "the part of sheet {:?} is missing",
                sheet.raw_name
            )));
        }
    }
    facts.cells = valued;
    facts.sheets = sheets;
    Ok(facts)
}

/// Refuses packages of other programs.
fn foreign(package: &mut Package<'_>) -> Result<(), FileFault> {
    if let Some(index) = package.find("mimetype") {
        let kind = package.with_part(index, false, |r| {
            let mut text = Vec::new();
            r.take(200)
                .read_to_end(&mut text)
                .map_err(|e| unreadable(e.to_string()))?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        })?;
        if kind.contains("opendocument.spreadsheet") {
            return Err(FileFault::OtherFormat("ods".to_owned()));
        }
    }
    let has = |start: &str| (0..package.len()).any(|i| package.name(i).starts_with(start));
    if has("xl/workbook.bin") {
        return Err(FileFault::OtherFormat("xlsb".to_owned()));
    }
    if has("index/tables/") || has("index.numbers") {
        return Err(FileFault::OtherFormat("numbers".to_owned()));
    }
    if !has("_rels/.rels") {
        return Err(unreadable("a zip file without a workbook"));
    }
    Ok(())
}

/// Finds the worksheets in tab order and the part of the shared strings.
fn workbook_parts(
    package: &mut Package<'_>,
) -> Result<(Vec<SheetFacts>, Option<String>), FileFault> {
    let rels = package
        .find("_rels/.rels")
        .ok_or_else(|| unreadable("a zip file without a workbook"))?;
    let workbook = package
        .with_part(rels, true, |r| relationships(r))?
        .into_iter()
        .find(|rel| rel.kind.ends_with("/officeDocument"))
        .map(|rel| resolve("", &rel.target))
        .ok_or_else(|| unreadable("a zip file without a workbook"))?;
    if workbook.starts_with("word/") || workbook.starts_with("ppt/") {
        return Err(unreadable("an Office document that is no workbook"));
    }
    let (folder, file) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
    let index = package
        .find(&workbook)
        .ok_or_else(|| unreadable("the workbook part is missing"))?;
    let listed = package.with_part(index, true, |r| listed_sheets(r))?;
    let rels_name = format!("{folder}/_rels/{file}.rels");
    let rels = match package.find(&rels_name) {
        Some(index) => package.with_part(index, true, |r| relationships(r))?,
        None => return Err(unreadable("the relationships of the workbook are missing")),
    };
    let strings = rels
        .iter()
        .find(|rel| rel.kind.ends_with("/sharedStrings"))
        .map(|rel| resolve(folder, &rel.target));
    let mut sheets = Vec::new();
    for (name, id, hidden) in listed {
        let rel = rels
            .iter()
            .find(|rel| rel.id == id)
            .ok_or_else(|| unreadable(format!("the part of sheet {name:?} is missing")))?;
        if !rel.kind.ends_with("/worksheet") {
            continue;
        }
        sheets.push(SheetFacts {
            name: name.nfc().collect(),
            raw_name: name,
            hidden,
            part: resolve(folder, &rel.target),
            ..SheetFacts::default()
        });
    }
    if sheets.is_empty() {
        return Err(unreadable("a workbook without a worksheet"));
    }
    Ok((sheets, strings))
}

struct Relationship {
    id: String,
    kind: String,
    target: String,
}

/// Reads events of a part with depth and document types checked.
pub(super) fn events(
    source: &mut dyn BufRead,
    mut each: impl FnMut(Event<'_>) -> Result<(), FileFault>,
) -> Result<(), FileFault> {
    let mut reader = quick_xml::Reader::from_reader(source);
    reader.config_mut().expand_empty_elements = true;
    let mut buf = Vec::with_capacity(1024);
    let mut depth = 0_usize;
    let mut any = false;
    loop {
        buf.clear();
        let event = reader
            .read_event_into(&mut buf)
            .map_err(|e| unreadable(e.to_string()))?;
        match &event {
            Event::Start(_) => {
                any = true;
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(unreadable("elements are nested too deep"));
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(_) => return Err(unreadable("a document type is not allowed")),
            Event::Eof => {
                if depth > 0 || !any {
                    return Err(unreadable("the part ends early"));
                }
                return Ok(());
            }
            _ => {}
        }
        each(event)?;
    }
}

/// An attribute by its local name, entities decoded.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes().with_checks(false).flatten().find_map(|a| {
        (a.key.local_name().as_ref() == name).then(|| {
            quick_xml::escape::unescape(&a.value)
                .map_or_else(|_| a.value.to_string(), |v| v.into_owned())
        })
    })
}

/// An attribute that is a truth value.
pub(super) fn flag(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).is_some_and(|v| v == "1" || v == "true" || v == "on")
}

fn relationships(source: &mut dyn BufRead) -> Result<Vec<Relationship>, FileFault> {
    let mut found = Vec::new();
    events(source, |event| {
        if let Event::Start(tag) = event
            && tag.local_name().as_ref() == "Relationship"
        {
            found.push(Relationship {
                id: attribute(&tag, "Id").unwrap_or_default(),
                kind: attribute(&tag, "Type").unwrap_or_default(),
                target: attribute(&tag, "Target").unwrap_or_default(),
            });
        }
        Ok(())
    })?;
    Ok(found)
}

/// Name, relationship and visibility of every listed sheet.
fn listed_sheets(source: &mut dyn BufRead) -> Result<Vec<(String, String, bool)>, FileFault> {
    let mut found = Vec::new();
    events(source, |event| {
        if let Event::Start(tag) = event
            && tag.local_name().as_ref() == "sheet"
        {
            let id = tag
                .attributes()
                .with_checks(false)
                .flatten()
                .find(|a| a.key.as_ref() != "id" && a.key.local_name().as_ref() == "id")
                .map(|a| a.value.to_string());
            let hidden = attribute(&tag, "state").is_some_and(|s| s != "visible");
            let name = attribute(&tag, "name").unwrap_or_default();
            found.push((name, id.unwrap_or_default(), hidden));
        }
        Ok(())
    })?;
    Ok(found)
}

/// Checks the stated and the real count of shared strings; gives those whose first run has an old font.
fn shared_strings(
    source: &mut dyn BufRead,
    limits: &Limits,
) -> Result<HashMap<u64, Legacy>, FileFault> {
    let mut fonts = HashMap::new();
    let mut index = 0_u64;
    let mut runs = 0_u32;
    let mut in_run = false;
    events(source, |event| {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "sst" => {
                    for name in ["uniqueCount", "count"] {
                        let stated = attribute(&tag, name).unwrap_or_default();
                        let stated = stated.trim().parse::<u64>();
                        if stated.is_ok_and(|n| n > u64::from(ROWS_MAX) * 64)
                            || attribute(&tag, name).is_some_and(|t| t.len() > 12)
                        {
                            return Err(too_large("cells_max", limits.cells_max));
                        }
                    }
                    let unique =
                        attribute(&tag, "uniqueCount").and_then(|t| t.trim().parse::<u64>().ok());
                    if unique.is_some_and(|n| n > limits.cells_max.max(1 << 20)) {
                        return Err(too_large("cells_max", limits.cells_max));
                    }
                }
                "si" => runs = 0,
                "r" => {
                    runs += 1;
                    in_run = true;
                }
                "rFont" if in_run && runs == 1 => {
                    let font = attribute(&tag, "val").map_or(Legacy::No, |v| font_encoding(&v));
                    if font != Legacy::No {
                        fonts.insert(index, font);
                    }
                }
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "si" => {
                    index += 1;
                    if index > limits.cells_max.max(1 << 20) {
                        return Err(too_large("cells_max", limits.cells_max));
                    }
                }
                "r" => in_run = false,
                _ => {}
            },
            _ => {}
        }
        Ok(())
    })?;
    Ok(fonts)
}

fn core_properties(source: &mut dyn BufRead) -> Result<Option<String>, FileFault> {
    let mut by = String::new();
    let mut inside = false;
    events(source, |event| {
        match event {
            Event::Start(tag) => inside = tag.local_name().as_ref() == "lastModifiedBy",
            Event::End(_) => inside = false,
            Event::Text(text) if inside && by.len() < 500 => by.push_str(&text.xml10_content()),
            _ => {}
        }
        Ok(())
    })?;
    let by: String = by.trim().nfc().collect();
    Ok((!by.is_empty()).then_some(by))
}

fn custom_properties(source: &mut dyn BufRead) -> Result<Vec<(String, String)>, FileFault> {
    let mut found: Vec<(String, String)> = Vec::new();
    events(source, |event| {
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == "property" => {
                if found.len() > 1000 {
                    return Err(unreadable("too many document properties"));
                }
                found.push((attribute(&tag, "name").unwrap_or_default(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, value)) = found.last_mut()
                    && value.len() < 10_000
                {
                    value.push_str(text.xml10_content().trim());
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}
