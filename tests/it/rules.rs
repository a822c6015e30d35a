//! Every code of the catalogue fires where it must, is silent once the remedy is followed, and nothing else is told.

use std::fmt::Write as _;

use crate::support::case::{Outcome, run};

/// Every case file with its outcomes.
pub fn cases() -> Vec<(String, Vec<Outcome>)> {
    let mut names: Vec<_> = std::fs::read_dir("tests/cases/rules")
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, run(&text))
        })
        .collect()
}

#[test]
fn every_case_tells_exactly_what_it_says() {
    let mut wrong = String::new();
    for (name, outcomes) in cases() {
        for outcome in &outcomes {
            if !outcome.disagreement.is_empty() {
                writeln!(
                    wrong,
                    "--- {name}, {}:\n{}",
                    outcome.name, outcome.disagreement
                )
                .unwrap();
            }
        }
        let code = name.split('-').next().unwrap();
        let fires = |o: &Outcome| o.assessment.findings.iter().any(|f| f.code == code);
        if !fires(&outcomes[0]) {
            writeln!(wrong, "--- {name}: {code} does not fire in its first half").unwrap();
        }
        for outcome in outcomes
            .iter()
            .skip(1)
            .filter(|o| fires(o) && o.name.starts_with("silent"))
        {
            writeln!(wrong, "--- {name}, {}: {code} is not silent", outcome.name).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

mod own {
    use annexd::config::Config;
    use annexd::domain::ledger::Ledger;
    use annexd::domain::snapshot::Role;
    use annexd::rules::own::compile;
    use jiff::civil::date;

    use crate::support::case::{House, told};

    const HEAD: &str = "| Mã nhiệm vụ | Nội dung nhiệm vụ | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) | Ngày hoàn thành | Minh chứng |";

    fn rule(require: &str) -> String {
        format!(
            "[[rule]]\ncode = \"U01\"\nseverity = \"warning\"\nfield = \"evidence\"\nrequire = {require:?}\nmessage = \"Cần nêu văn bản.\"\n"
        )
    }

    fn judged(require: &str, row: &str) -> (Vec<String>, Vec<String>) {
        let house = House::new(&rule(require));
        let file = house.file("a/b.xlsx", Role::Annex, &[HEAD, row], date(2026, 11, 2));
        let (_, assessment) = house.judge(&Ledger::default(), &[file], date(2026, 11, 20));
        let own = assessment.findings.iter().filter(|f| f.code == "U01");
        for finding in own.clone() {
            assert_eq!(finding.own_message.as_deref(), Some("Cần nêu văn bản."));
        }
        (own.map(told).collect(), assessment.troubles)
    }

    const DONE: &str =
        "| NV01 | Rà soát thủ tục | Quý II/2027 | Hoàn thành | 100 | d:2026-06-12 | |";
    const OPEN: &str = "| NV01 | Rà soát thủ tục | Quý II/2027 | Đang thực hiện | 40 | | |";

    #[test]
    fn a_finding_stands_where_the_expression_is_false() {
        for (require, row, fires) in [
            (
                "row.status != 'completed' || row.evidence != ''",
                DONE,
                true,
            ),
            (
                "row.status != 'completed' || row.evidence != ''",
                OPEN,
                false,
            ),
            (
                "row.status != 'completed' || row.evidence != null",
                DONE,
                true,
            ),
            ("row.progress >= 50", OPEN, true),
            ("row.progress > 39.5", OPEN, false),
            (
                "row.completed_date == '' || row.completed_date < date('1/6/2026')",
                DONE,
                true,
            ),
            (
                "row.completed_date == null || row.completed_date <= row.due",
                DONE,
                false,
            ),
            ("row.due > as_of", OPEN, false),
            ("row.due < timestamp('2027-01-01T00:00:00Z')", OPEN, true),
            ("days(as_of, row.due) > 300", OPEN, true),
            ("row.content.contains('thủ tục')", OPEN, false),
        ] {
            let (told, troubles) = judged(require, row);
            assert!(troubles.is_empty(), "{require}: {troubles:?}");
            let expected: Vec<String> = fires
                .then(|| "U01 warning G2".to_owned())
                .into_iter()
                .collect();
            assert_eq!(told, expected, "{require}");
        }
    }

    #[test]
    fn what_cannot_be_evaluated_is_the_operators_matter() {
        let (told, troubles) = judged("row.progress > 'abc'", OPEN);
        assert!(told.is_empty());
        assert_eq!(troubles.len(), 1);
        assert!(!troubles[0].contains("thủ tục"), "no text of the row");
    }

    #[test]
    fn a_wrong_expression_is_told_with_its_position() {
        for (require, position) in [
            ("row.status ==", true),
            ("row.evidnce != ''", true),
            ("raw.status == 'x'", true),
            ("row.progress + 1.0", false),
        ] {
            let config = Config::parse(&rule(require), None).unwrap();
            let problems = compile(&config.own_rules).unwrap_err();
            assert_eq!(problems[0].0, 0);
            assert_eq!(problems[0].2.is_some(), position, "{require}: {problems:?}");
        }
    }

    #[test]
    fn severities_are_settings() {
        let house = House::new(
            "[rules]\nT13 = \"warning\"\nT14 = \"off\"\n[rules_from]\nT18 = 2027-01-01\n",
        );
        let rows = [
            HEAD,
            "| NV01 | Rà soát thủ tục | Quý II/2027 | Ngon lành | 40 | | |",
            "| NV02 | Số hóa hồ sơ lưu trữ | Quý II/2027 | | | | |",
            "| NV03 | Công khai kết quả giải quyết | Quý II/2027 | Hoàn thành | 100 | | Số 15 |",
        ];
        let file = house.file("a/b.xlsx", Role::Annex, &rows, date(2026, 11, 2));
        let (_, assessment) = house.judge(&Ledger::default(), &[file], date(2026, 11, 20));
        let given: Vec<String> = assessment.findings.iter().map(told).collect();
        assert_eq!(given, ["T13 warning D2"]);
        assert_eq!(assessment.files[0].accepted, 3);
    }
}

/// The quick likeness never rules out what the plain edit distance allows, and never allows more.
#[test]
fn likeness_is_the_plain_edit_distance() {
    use annexd::rules::matching::distance_within;
    fn plain(a: &str, b: &str) -> Option<usize> {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let max = a.len().max(b.len()) * 15 / 100;
        let mut before: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut now = vec![i + 1];
            for (j, y) in b.iter().enumerate() {
                let change = before[j] + usize::from(x != y);
                now.push(change.min(before[j + 1] + 1).min(now[j] + 1));
            }
            before = now;
        }
        before
            .last()
            .copied()
            .filter(|d| a == b || (max > 0 && *d <= max))
    }
    let words = [
        "xây dựng",
        "rà soát",
        "quy chế",
        "hồ sơ",
        "một cửa",
        "a",
        "",
    ];
    let mut seed = 7_u64;
    let mut next = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % n
    };
    let mut near = 0;
    for _ in 0..4_000 {
        let a: Vec<&str> = (0..next(6)).map(|_| words[next(words.len())]).collect();
        let a = a.join(" ");
        let mut b: Vec<char> = a.chars().collect();
        for _ in 0..next(7) {
            let at = next(b.len() + 1);
            match next(3) {
                0 => b.insert(at, ['ư', 'x', ' '][next(3)]),
                1 if at < b.len() => b[at] = 'z',
                _ if at < b.len() => drop(b.remove(at)),
                _ => {}
            }
        }
        let b: String = b.into_iter().collect();
        let told = distance_within(&a, &b);
        assert_eq!(told, plain(&a, &b), "{a:?} {b:?}");
        near += usize::from(told.is_some_and(|d| d > 0));
    }
    assert!(near > 300, "{near}");
}

#[test]
fn the_short_way_to_tell_letters_is_unicodes() {
    use annexd::rules::matching::is_of_a_word;
    use unicode_normalization::char::is_combining_mark;
    let differs = |c: &char| is_of_a_word(*c) != (c.is_alphanumeric() || is_combining_mark(*c));
    let wrong: Vec<char> = (0..=0x10_ffff)
        .filter_map(char::from_u32)
        .filter(differs)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Pairs of rows and approved tasks are not gone through one by one: that took minutes for a plan of a few thousand tasks.
#[test]
fn a_row_finds_its_approved_content_by_an_index() {
    use crate::support::case::House;
    use annexd::domain::baseline::{Baseline, BaselineTask};
    use annexd::domain::task::{Source, TaskValues};
    use annexd::rules::register::{Register, highest, parts};
    let house = House::new("");
    let core = house.core();
    let task = |id: &str, content: &str| BaselineTask {
        id: id.to_owned(),
        values: TaskValues {
            code: id.to_owned(),
            content: content.to_owned(),
            ..TaskValues::default()
        },
        source: Source::default(),
    };
    let baseline = Baseline {
        tasks: vec![
            task("NV-007", "Rà soát  thủ tục"),
            task("NV-0012", "Số hoá hồ sơ"),
            task("NV-9", "rà soát thủ tục."),
        ],
        ..Baseline::default()
    };
    let ledger = annexd::domain::ledger::Ledger::default();
    let register = Register::new(annexd::rules::Input {
        files: &[],
        baseline: Some(&baseline),
        ledger: &ledger,
        as_of: jiff::civil::date(2026, 7, 6),
        config: &core.config,
        calendar: &core.calendar,
        words: core.words,
        own: &core.own,
        indicators: &core.indicators,
    });
    let key = annexd::rules::matching::key("RÀ SOÁT THỦ TỤC");
    let found: Vec<&str> = register.planned(&key).iter().map(|t| &*t.id).collect();
    assert_eq!(
        found,
        ["NV-007", "NV-9"],
        "all of them, in the plan's order"
    );
    assert_eq!(register.series().highest, Some(("NV-", 12, 4)));
    assert_eq!(register.series().numbers.get("NV-"), Some(&12));
    assert_eq!(parts("NV"), None);
    let same = ["A01", "A1"].into_iter().filter_map(parts);
    assert_eq!(highest(same), Some(("A", 1, 1)), "of equal ones the last");
}
