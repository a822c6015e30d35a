//! Raw cells as a real workbook, byte for byte like no program of ours: what a department's Excel would save.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PKG: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Plain, day, month, percent, TCVN3, VNI.
const STYLES: &str = r#"<fonts count="3"><font><name val="Times New Roman"/></font><font><name val=".VnTime"/></font><font><name val="VNI-Times"/></font></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0"/><xf numFmtId="164" fontId="0"/><xf numFmtId="165" fontId="0"/><xf numFmtId="9" fontId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="0" fontId="2"/></cellXfs>"#;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Renders a workbook.
pub fn render(grid: &Grid) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let mut list = String::new();
    let mut rels = String::new();
    for (index, sheet) in (1..).zip(&grid.sheets) {
        let state = if sheet.hidden {
            " state=\"hidden\""
        } else {
            ""
        };
        let name = escaped(&sheet.name);
        write!(
            list,
            r#"<sheet name="{name}" sheetId="{index}"{state} r:id="rId{index}"/>"#
        )
        .unwrap();
        write!(rels, r#"<Relationship Id="rId{index}" Type="{REL}/worksheet" Target="worksheets/sheet{index}.xml"/>"#).unwrap();
        part(
            &format!("xl/worksheets/sheet{index}.xml"),
            worksheet(sheet, grid.date_1904),
        );
    }
    let system = if grid.date_1904 {
        "<workbookPr date1904=\"1\"/>"
    } else {
        ""
    };
    part(
        "xl/workbook.xml",
        format!(
            r#"<workbook xmlns="{MAIN}" xmlns:r="{REL}">{system}<sheets>{list}</sheets></workbook>"#
        ),
    );
    part(
        "xl/styles.xml",
        format!(
            r#"<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="mm/yyyy"/></numFmts>{STYLES}</styleSheet>"#
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        format!(
            r#"<Relationships xmlns="{PKG}">{rels}<Relationship Id="rStyles" Type="{REL}/styles" Target="styles.xml"/></Relationships>"#
        ),
    );
    let custom = grid.template.as_ref().map_or(String::new(), |version| {
        part("docProps/custom.xml", format!(r#"<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="annexd-template"><vt:lpwstr>{version}</vt:lpwstr></property></Properties>"#));
        format!(r#"<Relationship Id="rId9" Type="{REL}/custom-properties" Target="docProps/custom.xml"/>"#)
    });
    part(
        "_rels/.rels",
        format!(
            r#"<Relationships xmlns="{PKG}"><Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/>{custom}</Relationships>"#
        ),
    );
    let kinds: String = (1..=grid.sheets.len())
        .map(|n| format!(r#"<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#))
        .collect();
    part(
        "[Content_Types].xml",
        format!(
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{kinds}</Types>"#
        ),
    );
    zip.finish().unwrap().into_inner()
}

fn worksheet(sheet: &GridSheet, date_1904: bool) -> String {
    let mut rows: BTreeMap<u32, String> = BTreeMap::new();
    for row in &sheet.hidden_rows {
        rows.entry(*row).or_default();
    }
    for cell in &sheet.cells {
        rows.entry(cell.at.row)
            .or_default()
            .push_str(&one(cell, date_1904));
    }
    let mut out = format!(r#"<worksheet xmlns="{MAIN}">"#);
    if !sheet.hidden_cols.is_empty() {
        out.push_str("<cols>");
        for col in &sheet.hidden_cols {
            let n = col + 1;
            write!(out, r#"<col min="{n}" max="{n}" hidden="1"/>"#).unwrap();
        }
        out.push_str("</cols>");
    }
    out.push_str("<sheetData>");
    for (row, cells) in rows {
        let hidden = if sheet.hidden_rows.contains(&row) {
            " hidden=\"1\""
        } else {
            ""
        };
        write!(out, r#"<row r="{}"{hidden}>{cells}</row>"#, row + 1).unwrap();
    }
    out.push_str("</sheetData>");
    if !sheet.merges.is_empty() {
        write!(out, r#"<mergeCells count="{}">"#, sheet.merges.len()).unwrap();
        for (from, to) in &sheet.merges {
            write!(out, r#"<mergeCell ref="{from}:{to}"/>"#).unwrap();
        }
        out.push_str("</mergeCells>");
    }
    out + "</worksheet>"
}

fn one(cell: &GridCell, date_1904: bool) -> String {
    let at = cell.at;
    let style = match (cell.font, cell.shown) {
        (Legacy::Tcvn3 | Legacy::Tcvn3Upper, _) => 4,
        (Legacy::Vni, _) => 5,
        (_, Shown::Day) => 1,
        (_, Shown::Month) => 2,
        (_, Shown::Percent) => 3,
        _ => 0,
    };
    match &cell.value {
        Value::Text(text) => format!(
            r#"<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
            escaped(text)
        ),
        Value::Number(n) => format!(r#"<c r="{at}" s="{style}"><v>{n}</v></c>"#),
        Value::Bool(truth) => format!(r#"<c r="{at}" t="b"><v>{}</v></c>"#, u8::from(*truth)),
        Value::Date { serial, .. } => {
            let stored = if date_1904 { serial - 1462.0 } else { *serial };
            format!(r#"<c r="{at}" s="{style}"><v>{stored}</v></c>"#)
        }
        Value::Error(code) => format!(r#"<c r="{at}" t="e"><v>{code}</v></c>"#),
        Value::Uncalculated => format!(r#"<c r="{at}"><f>1+1</f></c>"#),
    }
}
