//! The control account catches a program that drops, doubles or shifts; what it catches is not published, not accepted, and told to the operator.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use annexd::daemon::{Setup, perform};
use annexd::domain::assessment::{Assessment, Outcome};
use annexd::domain::field::Field;
use annexd::domain::ledger::Ledger;
use annexd::domain::reading::Reading;
use annexd::domain::snapshot::{Role, SeenFile, Snapshot};
use annexd::pass::{self, State};
use annexd::sheets::{ImbalanceKind, flow};
use annexd::shell::snapshot::{Patience, Scanner};
use annexd::shell::store::Store;
use annexd::shell::vault::Vault;
use annexd::text::Text;
use jiff::civil::{Date, date};

use super::support::case::{House, noon};

const HEAD: &str = "| Mã nhiệm vụ | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) | Lý do chậm |";
const ROSTER: &str = "[[department]]\ncode = \"VP\"\nname = \"Văn phòng\"\nfolder = \"van-phong\"\noffice = true\n\
[[department]]\ncode = \"TT\"\nname = \"Trung tâm\"\nfolder = \"trung-tam\"\n";
const DAY: Date = date(2026, 11, 20);

fn file(house: &House, unit: &str, lead: &str, bad: bool) -> SeenFile {
    let line = |n: u32, progress: &str| {
        format!(
            "| {unit}{n} | Rà soát quy trình số {n} của {lead} | {lead} | d:2027-06-30 | Đang thực hiện | {progress} | |"
        )
    };
    let lines = [
        HEAD.to_owned(),
        line(1, "40"),
        line(2, if bad { "gần xong" } else { "25" }),
        line(3, "70"),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let folder = if unit == "VP" {
        "van-phong"
    } else {
        "trung-tam"
    };
    house.file(&format!("{folder}/Bieu.xlsx"), Role::Annex, &lines, DAY)
}

/// A share whose second department has a row that is held back.
fn share(house: &House) -> Vec<SeenFile> {
    vec![
        file(house, "TT", "Trung tâm", true),
        file(house, "VP", "Văn phòng", false),
    ]
}

#[test]
fn a_program_that_drops_doubles_or_shifts_is_caught_between_its_stages() {
    type Defect = fn(&mut Vec<SeenFile>, &mut Assessment, &mut Ledger);
    let house = House::new(ROSTER);
    let files = share(&house);
    let (ledger, _, _, assessment) = house.pass(&Ledger::default(), &files, DAY);
    assert_eq!(flow(&files, &assessment, &ledger), []);
    let defects: &[(&str, ImbalanceKind, Defect)] = &[
        (
            "a row is dropped while it is judged",
            ImbalanceKind::Lost,
            |_, a, _| {
                a.rows.remove(1);
            },
        ),
        ("and its count with it", ImbalanceKind::Lost, |_, a, _| {
            a.rows.remove(0);
            a.files[0].read -= 1;
            a.files[0].accepted -= 1;
        }),
        ("a row is judged twice", ImbalanceKind::Lost, |_, a, _| {
            a.rows.push(a.rows[4].clone());
        }),
        (
            "a file is judged twice",
            ImbalanceKind::DoubledFile,
            |_, a, _| {
                a.files.push(a.files[1].clone());
            },
        ),
        ("a file is not judged", ImbalanceKind::Lost, |_, a, _| {
            a.files.pop();
            a.rows.retain(|r| r.file == 0);
        }),
        (
            "a column is shifted while it is read",
            ImbalanceKind::Shifted,
            |f, _, _| {
                shift(f[1].content.as_mut().unwrap());
            },
        ),
        (
            "a number is read from another column",
            ImbalanceKind::Sum,
            |_, a, _| {
                a.rows[4].progress = Some(2027.0);
            },
        ),
        (
            "an accepted row does not reach the ledger",
            ImbalanceKind::Lost,
            |_, _, l| {
                l.rows.remove("VP2");
            },
        ),
        (
            "another value reaches it",
            ImbalanceKind::Shifted,
            |_, _, l| {
                let values = &mut l.rows.get_mut("VP2").unwrap().values;
                values.result = std::mem::take(&mut values.content);
            },
        ),
    ];
    for (what, kind, defect) in defects {
        let (mut files, mut assessment, mut ledger) =
            (files.clone(), assessment.clone(), ledger.clone());
        defect(&mut files, &mut assessment, &mut ledger);
        let wrong = flow(&files, &assessment, &ledger);
        assert!(wrong.iter().any(|w| w.kind == *kind), "{what}: {wrong:?}");
        let said = wrong[0].say(&Text::embedded());
        assert!(!said.as_str().contains('{'), "{said}");
    }
    // What is accepted only in part is no imbalance.
    let held = assessment
        .rows
        .iter()
        .filter(|r| r.outcome == Outcome::Held);
    assert_eq!(held.count(), 1);
}

/// What a reader does that is off by one column.
fn shift(reading: &mut Arc<Reading>) {
    let reading = Arc::make_mut(reading);
    for row in reading.tables.iter_mut().flat_map(|t| &mut t.rows) {
        if let Some(cell) = row.cells.get_mut(&Field::Progress) {
            cell.at.col += 1;
        }
    }
}

#[test]
fn an_imbalance_stops_publishing_and_tells_the_operator_until_it_is_mended() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("share");
    std::fs::create_dir_all(root.join("van-phong")).unwrap();
    std::fs::write(root.join(".annexd"), "").unwrap();
    std::fs::write(root.join("van-phong/Bieu.xlsx"), b"stands for a workbook").unwrap();
    let toml = format!(
        "share = {:?}\nstate_dir = {:?}\n[mail]\noperator = [\"quantri@example.vn\"]\n{ROSTER}",
        root.display().to_string(),
        dir.path().join("state").display().to_string(),
    );
    let house = House::new(&toml);
    let reading = file(&house, "VP", "Văn phòng", false).content.unwrap();
    let broken = Arc::new(AtomicBool::new(true));
    let core = Arc::new(house.core());
    let setup = Setup {
        config: core.config.clone(),
        text: Text::embedded(),
        parse: {
            let broken = Arc::clone(&broken);
            Box::new(move |files: Vec<Arc<[u8]>>| {
                let mut read = Arc::clone(&reading);
                if broken.load(Ordering::Relaxed) {
                    shift(&mut read);
                }
                files.iter().map(|_| Ok((*read).clone())).collect()
            })
        },
        advance: {
            let core = Arc::clone(&core);
            Box::new(
                move |state: &State, snapshot: &Snapshot, now, alarms, released| {
                    pass::decide(state, snapshot, now, &core.context(alarms, released, true))
                },
            )
        },
        render: {
            let core = Arc::clone(&core);
            Box::new(move |effects, snapshot, stands| {
                pass::render(effects, snapshot, &core.context(&[], false, true), stands);
            })
        },
        basis: "the settings of the test".to_owned(),
        as_of: Some(DAY),
        steady: None,
    };
    let mut store = Store::open(&core.config.state_dir).unwrap();
    let vault = Vault::open(&core.config.state_dir).unwrap();
    let pass = |store: &mut Store, day: Date| {
        let mut scanner = Scanner::default();
        let now = noon(day);
        perform(
            &setup,
            store,
            &vault,
            &mut scanner,
            Patience::Once,
            &now,
            &[],
        )
        .unwrap()
    };
    let board = root.join("_tong-hop/Tong-hop.xlsx");
    for day in [DAY, date(2026, 11, 23)] {
        let done = pass(&mut store, day);
        assert!(done.refused.is_some() && done.published.is_empty());
        assert!(done.troubles.iter().any(|t| t.kind == "refused"));
        assert!(!board.exists(), "nothing is published");
        assert!(
            store.load(10).unwrap().ledger.rows.is_empty(),
            "nothing is accepted"
        );
        let outbox = store.outbox().unwrap();
        assert_eq!(
            outbox.len(),
            1,
            "one mail, and no second one for the same trouble"
        );
        assert_eq!(outbox[0].mail.to, "quantri@example.vn");
        assert!(
            outbox[0].mail.text.contains("lệch cột"),
            "{}",
            outbox[0].mail.text
        );
        assert_eq!(
            store.alarms(10).unwrap().len(),
            1,
            "the alarm is written down once"
        );
    }
    broken.store(false, Ordering::Relaxed);
    let done = pass(&mut store, date(2026, 11, 24));
    assert!(done.refused.is_none() && board.exists());
    assert_eq!(store.load(10).unwrap().ledger.rows.len(), 3);
}
