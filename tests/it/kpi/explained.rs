//! Explanations: a task, a department, an indicator; every word there is.

use annexd::cli::explain as print;
use annexd::config::Config;
use annexd::domain::indicator::IndicatorFigure;
use annexd::domain::task::Source;
use annexd::kpi::{self, Evidence};
use annexd::text::Text;
use jiff::civil::date;

use super::consolidation::{consolidated, share};

fn figure(code: &str, period: &str, n: i64, d: i64) -> IndicatorFigure {
    IndicatorFigure {
        indicator: code.to_owned(),
        period: period.parse().unwrap(),
        department: "VP".to_owned(),
        numerator: Some(n),
        denominator: Some(d),
        explanation: String::new(),
        reached: None,
        source: Source {
            file: "van-phong/a.xlsx".to_owned(),
            sheet: "Chỉ tiêu".to_owned(),
            cell: Some("B7".parse().unwrap()),
        },
        accepted_on: date(2026, 10, 1),
    }
}

#[test]
fn a_task_an_indicator_a_department() {
    let config = Config::parse("[score]\nenabled = true\n", None).unwrap();
    let words = Text::embedded();
    let mut share = share();
    share.ledger.figures = vec![
        figure("K1.3", "2026-Q1", 9_000, 10_000),
        figure("K1.3", "2026-Q3", 9_000, 10_000),
        figure("K2.2", "2026-Q3", 1, 2),
    ];
    let c = consolidated(&share, &config);
    let from = Evidence {
        figures: &share.ledger.figures,
        ..Evidence::default()
    };
    let text = |what: &str| {
        let e = kpi::explain(&c, what, &from, &words, &config).unwrap();
        let json: serde_json::Value = serde_json::from_str(&print::json(&e)).unwrap();
        assert_eq!(json["key"], e.key.as_str());
        let text = print::text(&e, &words);
        assert!(!text.contains('{'), "{text}");
        text
    };
    let task = text("1.1");
    for part in [
        "Phân loại: Quá hạn",
        "Chưa hoàn thành, đã qua hạn hiệu lực 30/06/2026: quá hạn.",
        "145 ngày, trong đó 101 ngày làm việc",
        "van-phong/a.xlsx, trang “Biểu 01”, ô C10",
        "van-phong/a.xlsx, trang “Biểu 01”, dòng 10",
    ] {
        assert!(task.contains(part), "{part}\n{task}");
    }
    assert_eq!(task, text("nội dung 1.1"), "also by its content");
    let unreported = text("3.1");
    assert!(
        unreported.contains("Chưa đơn vị nào báo cáo nhiệm vụ này"),
        "{unreported}"
    );
    let indicator = text("k1.3");
    for part in [
        "Đánh giá: Chưa đạt",
        "9.000/10.000 = 90,00%",
        "So sánh: 9.000 × 100 = 900.000; 90 × 10.000 = 900.000.",
        "Cần thêm 1 ở tử số để đạt mục tiêu.",
        "trang “Chỉ tiêu”, ô B7",
        "K3.5",
    ] {
        assert!(indicator.contains(part), "{part}\n{indicator}");
    }
    for indicator in &c.indicators {
        text(&indicator.indicator.name);
    }
    let department = text("văn phòng");
    for part in [
        "Tổng số nhiệm vụ: 3",
        "Số hoàn thành / tổng số = 1/3, làm tròn đến 2 chữ số thập phân.",
        "Tỷ lệ hoàn thành: 33,33%",
        "đọc 3, ghi nhận 2, chưa ghi nhận 1",
    ] {
        assert!(department.contains(part), "{part}\n{department}");
    }
    assert!(text("*").contains("Tổng số nhiệm vụ: 5"));
    let phase = text("2026 - 2027");
    assert!(phase.contains("Tổng số nhiệm vụ: 5"), "{phase}");
    assert!(text("2028-2030").contains("Tỷ lệ hoàn thành: N/A"));
    assert_eq!(kpi::explain(&c, "không có", &from, &words, &config), None);
    assert_eq!(kpi::explain(&c, " ", &from, &words, &config), None);
    assert_eq!(
        kpi::explain(&c, "nội dung", &from, &words, &config),
        None,
        "several match"
    );
    assert!(print::unknown("X9", &words).contains("“X9”"));
}
