//! File names: which are litter of editors, and which are spreadsheets of another kind.

use unicode_normalization::UnicodeNormalization;

/// Whether a file name is no annex by its name: owner files, locks, temporary files, backups, system files.
///
/// Only names that end in `.xlsx` or `.xlsm` and stand in no such group are annexes; other spreadsheet formats are told by
/// [`is_other_spreadsheet`], everything else is passed over in silence.
#[must_use]
pub fn is_litter(file_name: &str) -> bool {
    let name: String = file_name.nfc().collect::<String>().to_lowercase();
    if name.starts_with("~$")
        || name.starts_with('.')
        || name.starts_with("~syncthing~")
        || name.ends_with('#')
    {
        return true;
    }
    let workbook = name.ends_with(".xlsx") || name.ends_with(".xlsm");
    !workbook && is_other_spreadsheet(file_name).is_none()
}

/// Names the format of a spreadsheet that is no `.xlsx` or `.xlsm`, by its extension (F03).
#[must_use]
pub fn is_other_spreadsheet(file_name: &str) -> Option<&'static str> {
    let name = file_name.to_lowercase();
    if name.starts_with("~$") || name.starts_with('.') || name.ends_with('#') {
        return None;
    }
    let (stem, extension) = name.rsplit_once('.')?;
    if stem.is_empty() {
        return None;
    }
    [
        "xls", "xlsb", "ods", "csv", "tsv", "fods", "xlt", "xltx", "xltm", "et", "numbers", "sxc",
        "ots",
    ]
    .into_iter()
    .find(|known| *known == extension)
}
