//! Statuses written by an examiner without a look at the code; a question mark stands for "ask".

use super::csv;
use annexd::vn::Words;

#[test]
fn an_examiners_statuses_mean_what_an_official_means() {
    let rows = csv(include_str!("../../cases/vn/statuses_examined.csv"));
    assert!(rows.len() >= 250, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let got = Words::embedded()
            .status(&row[0])
            .map_or("?", |word| word.status.name());
        if !row[1].split('|').any(|want| want == got) {
            wrong.push(format!("{:?}: wanted {}, read as {got}", row[0], row[1]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
