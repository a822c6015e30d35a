//! A whole pass: what a trial drop does and does not do.

use annexd::domain::snapshot::{Role, Snapshot};
use annexd::pass::{self, State};
use jiff::civil::date;

use super::support::case::{House, noon};

const ROSTER: &str = "[[department]]\ncode = \"VP\"\nname = \"Văn phòng\"\nfolder = \"van-phong\"\noffice = true\n\
[[department]]\ncode = \"TT\"\nname = \"Trung tâm\"\nfolder = \"trung-tam\"\n";
const HEADING: &str = "| Mã nhiệm vụ | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) |";
const VP: &str =
    "| NV01 | Rà soát thủ tục hành chính | Văn phòng | d:2027-06-30 | Đang thực hiện | 40 |";
const TT: &str =
    "| TT01 | Tập huấn kỹ năng giao tiếp | Trung tâm | d:2027-09-30 | Đang thực hiện | 40 |";

/// Trial drops change no figure, no list and no feedback; a new baseline is answered with what it would do.
#[test]
fn trials_are_answered_and_have_no_effect() {
    let house = House::new(ROSTER);
    let day = date(2026, 11, 20);
    let later = VP.replace("2027-06-30", "2027-12-31");
    let bad = VP.replace("40", "140");
    let annexes = vec![
        house.file(
            "_bieu-goc/goc.xlsx",
            Role::Baseline,
            &[HEADING, VP, TT],
            day,
        ),
        house.file("van-phong/Bieu.xlsx", Role::Annex, &[HEADING, &later], day),
        house.file("trung-tam/Bieu.xlsx", Role::Annex, &[HEADING, TT], day),
    ];
    let drops = [
        house.file(
            "_kiem-tra/goc moi.xlsx",
            Role::Trial,
            &[HEADING, &later, TT],
            day,
        ),
        house.file("_kiem-tra/thu.xlsx", Role::Trial, &[HEADING, &bad], day),
    ];
    let core = house.core();
    let cx = core.context(&[], false, true);
    let run = |files| {
        let snapshot = Snapshot {
            files,
            ..Snapshot::default()
        };
        pass::advance(&State::default(), &snapshot, &noon(day), &cx)
    };
    let (state, plain) = run(annexes.clone());
    let (tried_state, tried) = run(annexes.into_iter().chain(drops).collect());
    assert_eq!(tried_state.ledger, state.ledger);
    assert_eq!(tried_state.outbox, state.outbox);
    assert_eq!(tried.consolidation.findings, plain.consolidation.findings);
    assert_eq!(
        plain.consolidation.findings.len(),
        1,
        "the deadline that VP proposes"
    );
    let of_drop = |p: &&pass::Publication| p.path.contains("kiem-tra/");
    let answers: Vec<&str> = tried
        .publications
        .iter()
        .filter(of_drop)
        .map(|p| p.path.as_str())
        .collect();
    assert_eq!(
        answers,
        [
            "_phan-hoi/kiem-tra/goc moi.xlsx",
            "_phan-hoi/kiem-tra/thu.xlsx"
        ]
    );
    let rest: Vec<_> = tried.publications.iter().filter(|p| !of_drop(p)).collect();
    assert_eq!(rest, plain.publications.iter().collect::<Vec<_>>());
    let answer = tried.publications.iter().find(of_drop).unwrap();
    let strings = shared_strings(&answer.bytes);
    for said in [
        "Chấp thuận đề nghị của đơn vị",
        "Sẽ được giải quyết",
        "31/12/2027",
    ] {
        assert!(strings.contains(said), "{said} is not in the answer");
    }
}

/// The answer to a dropped annex says that it is a trial and never that anything was received.
#[test]
fn the_answer_to_a_trial_says_that_it_has_no_effect() {
    let house = House::new(ROSTER);
    let day = date(2026, 11, 20);
    let bad = VP.replace("40", "140");
    let files = vec![
        house.file("van-phong/Bieu.xlsx", Role::Annex, &[HEADING, VP], day),
        house.file("_kiem-tra/tot.xlsx", Role::Trial, &[HEADING, VP], day),
        house.file("_kiem-tra/sai.xlsx", Role::Trial, &[HEADING, &bad], day),
    ];
    let core = house.core();
    let cx = core.context(&[], false, true);
    let snapshot = Snapshot {
        files,
        ..Snapshot::default()
    };
    let (_, effects) = pass::advance(&State::default(), &snapshot, &noon(day), &cx);
    for (name, expected) in [("tot", "Nếu nộp chính thức"), ("sai", "Nếu nộp chính thức")]
    {
        let path = format!("_phan-hoi/kiem-tra/{name}.xlsx");
        let answer = effects.publications.iter().find(|p| p.path == path);
        let strings = shared_strings(&answer.unwrap().bytes);
        assert!(strings.contains(expected) && strings.contains("không có hiệu lực"));
        assert!(!strings.contains("đã được tiếp nhận đầy đủ"));
        assert!(!strings.contains("CHƯA được tiếp nhận: không dòng nào của tệp được tính. Đề nghị sửa các lỗi dưới đây rồi lưu lại tệp"));
    }
}

fn shared_strings(workbook: &[u8]) -> String {
    use std::io::Read as _;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    let mut part = zip.by_name("xl/sharedStrings.xml").unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}
