//! Blocks of a Word document in the form of Decree 30/2020 (annex I): fonts, margins, headings, tables.

use std::cell::Cell;

use docx_rs::{
    AlignmentType, BorderType, Docx, Header, LineSpacing, LineSpacingType, PageMargin, PageNum,
    Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run, RunFonts,
    SpecialIndentType, Table, TableAlignmentType, TableCell, TableCellMargins, TableLayoutType,
    TableRow, VAlignType, WidthType,
};

use super::WordError;

/// Twentieths of a point in a centimetre.
const CM: f64 = 566.93;
/// Half points of the body.
const BODY: usize = 28;
/// Half points of tables and of the recipients.
const SMALL: usize = 24;
const FONT: &str = "Times New Roman";

/// Builds a document; numbers its paragraphs itself, so that the same content gives the same bytes.
pub struct Writer {
    docx: Option<Docx>,
    next: Cell<u32>,
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Face {
    /// Half points; 0 is the body's size.
    pub size: usize,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
}

/// Where a paragraph stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Centred.
    Center,
    /// Left.
    Left,
    /// Justified with an indented first line.
    Body,
}

fn twips(cm: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a few thousand at most")]
    let value = (cm * CM).round() as i32;
    value
}

fn width(cm: f64) -> usize {
    usize::try_from(twips(cm)).unwrap_or(0)
}

/// Row properties as the crate writes them, and with the mark of a heading row, which it cannot write.
const ROW: &str = "<w:trPr><w:cantSplit /></w:trPr>";
const HEADING_ROW: &str = "<w:trPr><w:cantSplit /><w:tblHeader /></w:trPr>";

/// Marks the first row of every table as one that comes again on each page.
fn repeat_headings(document: Vec<u8>) -> Vec<u8> {
    let text = match String::from_utf8(document) {
        Ok(text) => text,
        Err(e) => return e.into_bytes(),
    };
    let mut tables = text.split("<w:tbl>");
    let mut out = tables.next().unwrap_or_default().to_owned();
    for table in tables {
        out.push_str("<w:tbl>");
        let (inside, after) = table.split_once("</w:tbl>").unwrap_or((table, ""));
        out.push_str(&inside.replacen(ROW, HEADING_ROW, 1));
        out.push_str("</w:tbl>");
        out.push_str(after);
    }
    out.into_bytes()
}

impl Writer {
    /// An empty A4 page with the decree's margins: 20 mm, left 30 mm, right 20 mm; page numbers in the header from page 2 on.
    pub fn new(created: &str) -> Self {
        let next = Cell::new(1);
        let fonts = RunFonts::new()
            .ascii(FONT)
            .hi_ansi(FONT)
            .cs(FONT)
            .east_asia(FONT);
        let margin = PageMargin::new()
            .top(twips(2.0))
            .bottom(twips(2.0))
            .left(twips(3.0))
            .right(twips(2.0))
            .header(twips(1.0))
            .footer(twips(1.0));
        let writer = Self { docx: None, next };
        let number = writer
            .numbered(Paragraph::new())
            .align(AlignmentType::Center)
            .add_page_num(PageNum::new());
        let blank = writer.numbered(Paragraph::new());
        let docx = Docx::new()
            .default_fonts(fonts)
            .default_size(BODY)
            .page_size(
                u32::try_from(width(21.0)).unwrap_or(11_906),
                u32::try_from(width(29.7)).unwrap_or(16_838),
            )
            .page_margin(margin)
            .created_at(created)
            .updated_at(created)
            .title_pg()
            .first_header(Header::new().add_paragraph(blank))
            .header(Header::new().add_paragraph(number));
        Self {
            docx: Some(docx),
            ..writer
        }
    }

    fn numbered(&self, paragraph: Paragraph) -> Paragraph {
        let id = self.next.get();
        self.next.set(id + 1);
        paragraph.id(format!("{id:08x}"))
    }

    fn edit(&mut self, change: impl FnOnce(Docx) -> Docx) {
        self.docx = self.docx.take().map(change);
    }

    /// A paragraph by itself.
    pub fn paragraph(&self, text: &str, face: Face, place: Place) -> Paragraph {
        let size = if face.size == 0 { BODY } else { face.size };
        let mut run = Run::new().add_text(clean(text)).size(size).fonts(fonts());
        if face.bold {
            run = run.bold();
        }
        if face.italic {
            run = run.italic();
        }
        let paragraph = self.numbered(Paragraph::new()).add_run(run);
        let spacing = LineSpacing::new().line_rule(LineSpacingType::Auto);
        match place {
            Place::Center => paragraph
                .align(AlignmentType::Center)
                .line_spacing(spacing.line(240).after(0)),
            Place::Left => paragraph
                .align(AlignmentType::Left)
                .line_spacing(spacing.line(240).after(0)),
            Place::Body => paragraph
                .align(AlignmentType::Both)
                .indent(
                    Some(0),
                    Some(SpecialIndentType::FirstLine(twips(1.27))),
                    None,
                    None,
                )
                .line_spacing(spacing.line(264).before(60).after(60)),
        }
    }

    /// Adds a paragraph of body text.
    pub fn body(&mut self, text: &str) {
        let paragraph = self.paragraph(text, Face::default(), Place::Body);
        self.edit(|d| d.add_paragraph(paragraph));
    }

    /// Adds a heading of a section or of a part of it.
    pub fn heading(&mut self, text: &str) {
        let face = Face {
            bold: true,
            ..Face::default()
        };
        let paragraph = self.paragraph(text, face, Place::Body).keep_next(true);
        self.edit(|d| d.add_paragraph(paragraph));
    }

    /// Adds the closing sentence, kept with the signature.
    pub fn closing(&mut self, text: &str) {
        let sentence = self
            .paragraph(text, Face::default(), Place::Body)
            .keep_next(true);
        let face = Face {
            size: 16,
            ..Face::default()
        };
        let space = self.paragraph("", face, Place::Left).keep_next(true);
        self.edit(|d| d.add_paragraph(sentence).add_paragraph(space));
    }

    /// Adds a centred paragraph.
    pub fn center(&mut self, text: &str, face: Face) {
        let paragraph = self.paragraph(text, face, Place::Center);
        self.edit(|d| d.add_paragraph(paragraph));
    }

    /// Adds a caption of a table.
    pub fn caption(&mut self, text: &str) {
        let face = Face {
            size: 26,
            bold: true,
            italic: false,
        };
        let paragraph = self.paragraph(text, face, Place::Center).keep_next(true);
        let paragraph = paragraph.line_spacing(LineSpacing::new().before(120).after(60));
        self.edit(|d| d.add_paragraph(paragraph));
    }

    /// Adds a remark in italics.
    pub fn remark(&mut self, text: &str) {
        let face = Face {
            size: SMALL,
            bold: false,
            italic: true,
        };
        let paragraph = self.paragraph(text, face, Place::Body);
        self.edit(|d| d.add_paragraph(paragraph));
    }

    /// A rule of a third of the text's width, as below a heading.
    pub fn rule(&self, column_cm: f64, rule_cm: f64) -> Paragraph {
        let side = twips((column_cm - rule_cm) / 2.0);
        let border = ParagraphBorder::new(ParagraphBorderPosition::Bottom)
            .val(BorderType::Single)
            .size(6)
            .color("000000");
        let mut paragraph = self
            .numbered(Paragraph::new())
            .indent(Some(side), None, Some(side), None)
            .line_spacing(
                LineSpacing::new()
                    .line_rule(LineSpacingType::Exact)
                    .line(60)
                    .after(0),
            );
        paragraph.property = paragraph
            .property
            .set_borders(ParagraphBorders::with_empty().set(border));
        paragraph
    }

    /// Adds a rule in the middle of the page.
    pub fn page_rule(&mut self, rule_cm: f64) {
        let paragraph = self.rule(16.0, rule_cm);
        self.edit(|d| d.add_paragraph(paragraph));
    }

    /// Adds an empty line.
    pub fn space(&mut self) {
        let paragraph = self.paragraph(
            "",
            Face {
                size: 16,
                ..Face::default()
            },
            Place::Left,
        );
        self.edit(|d| d.add_paragraph(paragraph));
    }

    /// Adds two columns without borders: the national heading, the recipients beside the signature.
    pub fn columns(&mut self, left: Vec<Paragraph>, right: Vec<Paragraph>, widths_cm: (f64, f64)) {
        let cell = |paragraphs: Vec<Paragraph>, cm: f64| {
            let empty = TableCell::new().width(width(cm), WidthType::Dxa);
            paragraphs.into_iter().fold(empty, TableCell::add_paragraph)
        };
        let row =
            TableRow::new(vec![cell(left, widths_cm.0), cell(right, widths_cm.1)]).cant_split();
        let table = Table::without_borders(vec![row])
            .set_grid(vec![width(widths_cm.0), width(widths_cm.1)])
            .width(width(widths_cm.0 + widths_cm.1), WidthType::Dxa)
            .layout(TableLayoutType::Fixed)
            .margins(
                TableCellMargins::new()
                    .margin_left(60, WidthType::Dxa)
                    .margin_right(60, WidthType::Dxa),
            )
            .align(TableAlignmentType::Center);
        self.edit(|d| d.add_table(table));
    }

    /// Adds a table: headings, rows, widths in centimetres; columns whose flag is set are centred; the last row may be bold.
    pub fn table(&mut self, columns: &[(String, f64, bool)], rows: &[Vec<String>], total: bool) {
        let head = columns.iter().map(|(title, cm, _)| {
            let face = Face {
                size: SMALL,
                bold: true,
                italic: false,
            };
            let paragraph = self.paragraph(title, face, Place::Center).keep_next(true);
            TableCell::new()
                .width(width(*cm), WidthType::Dxa)
                .vertical_align(VAlignType::Center)
                .add_paragraph(paragraph)
        });
        let mut all = vec![TableRow::new(head.collect()).cant_split()];
        for (index, row) in rows.iter().enumerate() {
            let bold = total && index + 1 == rows.len();
            let cells = row.iter().zip(columns).map(|(text, (_, cm, centred))| {
                let face = Face {
                    size: SMALL,
                    bold,
                    italic: false,
                };
                let kept = total && index + 2 == rows.len();
                let place = if *centred { Place::Center } else { Place::Left };
                TableCell::new()
                    .width(width(*cm), WidthType::Dxa)
                    .add_paragraph(self.paragraph(text, face, place).keep_next(kept))
            });
            all.push(TableRow::new(cells.collect()).cant_split());
        }
        let table = Table::new(all)
            .set_grid(columns.iter().map(|(_, cm, _)| width(*cm)).collect())
            .width(
                columns.iter().map(|(_, cm, _)| width(*cm)).sum(),
                WidthType::Dxa,
            )
            .layout(TableLayoutType::Fixed)
            .margins(
                TableCellMargins::new()
                    .margin_left(60, WidthType::Dxa)
                    .margin_right(60, WidthType::Dxa),
            )
            .align(TableAlignmentType::Center);
        self.edit(|d| d.add_table(table));
        self.space();
    }

    /// Writes the document.
    ///
    /// # Errors
    /// When the package cannot be written.
    pub fn finish(mut self) -> Result<Vec<u8>, WordError> {
        let docx = self.docx.take().unwrap_or_default();
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut parts = docx.build();
        parts.document = repeat_headings(parts.document);
        parts
            .pack(&mut bytes)
            .map_err(|e| WordError(e.to_string()))?;
        Ok(bytes.into_inner())
    }
}

fn fonts() -> RunFonts {
    RunFonts::new()
        .ascii(FONT)
        .hi_ansi(FONT)
        .cs(FONT)
        .east_asia(FONT)
}

/// Text without the control characters that XML forbids.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && *c != '\u{FFFE}' && *c != '\u{FFFF}')
        .collect()
}
