//! The desks of a board: what its departments type, and the files they save.

use crate::support::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::civil::{Date, date};

use crate::support::case::noon;
use crate::support::grid::grid;
use crate::support::xlsx::render;

pub(super) const HEAD: &str = "| Mã nhiệm vụ | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) | Lý do chậm |";
pub(super) const UNITS: [(&str, &str, &str); 3] = [
    ("VP", "Văn phòng", "van-phong"),
    ("TT", "Trung tâm", "trung-tam"),
    ("KH", "Phòng Kế hoạch", "ke-hoach"),
];
pub(super) const WORK: [&str; 5] = [
    "Rà soát thủ tục đất đai",
    "Số hóa hồ sơ lưu trữ",
    "Tập huấn viên chức",
    "Xây dựng cổng thông tin",
    "Công khai kết quả giải quyết",
];
pub(super) const WHERE: [&str; 6] = [
    "tại bộ phận một cửa của Ban",
    "theo đề án được tỉnh phê duyệt",
    "trong các khu công nghiệp mới",
    "phục vụ doanh nghiệp nước ngoài",
    "bằng chữ ký số và hồ sơ điện tử",
    "gắn với kiểm tra định kỳ hằng quý",
];
/// The same name as Windows and as macOS write it.
pub(super) const COMPOSED: &str = "Biểu tổng.xlsx";
pub(super) const DECOMPOSED: &str = "Bie\u{302}\u{309}u to\u{302}\u{309}ng.xlsx";

#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) code: String,
    pub(super) work: String,
    pub(super) due: Date,
    pub(super) progress: u64,
    /// Typed wrongly: nothing of the row counts.
    pub(super) wrong: bool,
}

/// One department with its workbook.
pub(super) struct Desk {
    pub(super) unit: usize,
    /// Below the department's folder.
    pub(super) name: String,
    pub(super) lines: Vec<Line>,
    pub(super) made: usize,
    pub(super) removed: usize,
    /// What lies in the folder besides, or instead: taken away before the share is calm.
    pub(super) stray: Vec<PathBuf>,
    /// Per task every figure that was ever saved rightly.
    pub(super) typed: BTreeMap<String, BTreeSet<u64>>,
}

impl Desk {
    pub(super) fn folder(&self, root: &Path) -> PathBuf {
        root.join(UNITS[self.unit].2)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let (_, lead, _) = UNITS[self.unit];
        let mut rows = vec![HEAD.to_owned()];
        rows.extend(self.lines.iter().map(|l| {
            let progress = if l.wrong {
                "gần xong".to_owned()
            } else {
                l.progress.to_string()
            };
            format!(
                "| {} | {} | {lead} | d:{} | Đang thực hiện | {progress} | Theo chỉ đạo |",
                l.code, l.work, l.due
            )
        }));
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        render(&grid(&rows))
    }

    /// Saved whole: what is right in it may count from now on.
    pub(super) fn note(&mut self) {
        for line in self.lines.iter().filter(|l| !l.wrong) {
            let known = self.typed.entry(line.code.clone()).or_default();
            known.insert(line.progress);
        }
    }

    pub(super) fn edit(&mut self, dice: &mut Dice) {
        for _ in 0..dice.throw(3) {
            let at = dice.of(self.lines.len());
            let line = &mut self.lines[at];
            line.wrong = dice.throw(4) == 0;
            line.progress = dice.throw(98) + 1;
        }
        match dice.throw(6) {
            0 => {
                let (a, b) = (dice.of(self.lines.len()), dice.of(self.lines.len()));
                self.lines.swap(a, b);
            }
            1 if self.lines.len() < 12 => self.insert(dice),
            // One of many: when most of a workbook's tasks go, the file is held (E09).
            2 if self.lines.len() > 5 && self.typed.len() > 5 * (self.removed + 1) => {
                let at = dice.of(self.lines.len());
                self.lines.remove(at);
                self.removed += 1;
            }
            _ => {}
        }
    }

    pub(super) fn insert(&mut self, dice: &mut Dice) {
        let (work, place) = (
            WORK[self.made % WORK.len()],
            WHERE[self.made / WORK.len() % WHERE.len()],
        );
        let work = format!("{work} {place}");
        self.made += 1;
        let line = Line {
            code: format!("{}{:02}", UNITS[self.unit].0, self.made),
            work,
            due: date(2026, 12, i8::try_from(dice.throw(28) + 1).unwrap()),
            progress: dice.throw(90) + 1,
            wrong: dice.throw(5) == 0,
        };
        let at = dice.of(self.lines.len() + 1);
        self.lines.insert(at, line);
    }
}

pub(super) fn put(path: &Path, bytes: &[u8], day: Date) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
    let at = noon(day).instant.as_second() - 3600;
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at).unwrap());
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(at).unwrap();
}

pub(super) fn figure_of(progress: u64) -> f64 {
    f64::from(u32::try_from(progress).unwrap())
}
