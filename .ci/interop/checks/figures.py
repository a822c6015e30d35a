"""Every published figure against a second implementation: random rosters, annexes, baselines, settings and indicators, several passes
each, read back from the consolidated workbook and from the JSON that the commands print."""
import collections
import datetime
import decimal
import fractions
import json
import pathlib
import random
import re
import sys
import tomllib
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import second  # noqa: E402
from common import WORK, check, run, run_json  # noqa: E402
from second import DAY, Office, Task, judge, roll_up  # noqa: E402

import openpyxl  # noqa: E402

warnings.filterwarnings("ignore", category=UserWarning)
ROOT = pathlib.Path(__file__).parents[3]
SEEDS = [int(s) for s in sys.argv[3:]] or list(range(1, 10))
START, END = datetime.date(2026, 4, 24), datetime.date(2030, 12, 31)
NAMES = ["Văn phòng", "Phòng Quản lý Quy hoạch và Xây dựng", "Phòng Quản lý Đầu tư", "Phòng Quản lý Doanh nghiệp", "Phòng Quản lý cửa khẩu",
         "Trung tâm dịch vụ Khu kinh tế", "Phòng Kế hoạch - Tổng hợp", "Phòng Tài nguyên và Môi trường", "Phòng Quản lý Lao động",
         "Ban Quản lý dự án", "Đội Kiểm tra liên ngành", "Tổ Hỗ trợ nhà đầu tư"]
AREAS = ["Cải cách thể chế", "Cải cách thủ tục hành chính", "Cải cách tổ chức bộ máy", "Cải cách chế độ công vụ", "Chuyển đổi số"]
PEOPLE = ["Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Cường", "Phạm Minh Đức", "Hoàng Thị Én"]
WORDS = ("rà soát xây dựng hoàn thiện ban hành quy chế đề án cơ sở dữ liệu thủ tục cửa khẩu đào tạo công chức số hóa hồ sơ lưu trữ kiểm tra giám sát đầu tư"
         " doanh nghiệp hạ tầng quy hoạch đất đai môi trường lao động tài chính ngân sách tuyên truyền đối thoại khảo sát đánh giá báo cáo").split()
STATUS = {"not_begun": "Chưa thực hiện", "working": "Đang thực hiện", "done": "Hoàn thành", "ongoing": "Thường xuyên", "suspended": "Tạm dừng",
          "adjustment": "Đề nghị điều chỉnh", "cannot": "Không thực hiện được", "cancelled": "Đã hủy", None: None}
HEADINGS = ["Mã nhiệm vụ", "Lĩnh vực", "Nội dung nhiệm vụ", "Sản phẩm, kết quả", "Đơn vị chủ trì", "Người phụ trách", "Thời hạn hoàn thành", "Ngày bắt đầu",
            "Hệ số quy đổi", "Ý kiến Văn phòng", "Tình trạng", "Tiến độ (%)", "Ngày hoàn thành", "Kết quả thực hiện", "Lý do chậm", "Giải trình"]
ROMAN = ["I", "II", "III", "IV"]


def last_day(year, month):
    return datetime.date(year + month // 12, month % 12 + 1, 1) - DAY


def dates_in_plan(days):
    """Occurrences after the day of the plan, to its end."""
    return sorted((d, n) for d, n in days if START < d <= END)


def yearly(*month_days, named=False):
    days = [datetime.date(y, m, d) for y in range(2025, 2032) for m, d in month_days]
    return dates_in_plan([(d - DAY, d) if named else (d, None) for d in days])


def a_deadline(dice, near):
    """A deadline as typed, its kind, its due days (each with the day a "before …" text names), the first day of its period, softness."""
    day = max(START + DAY * 20, min(near + DAY * dice.randint(-90, 120), END))
    y, m = day.year, day.month
    q = (m + 2) // 3
    ends = [(last_day(v, e), None) for v in range(2026, 2031) for e in range(1, 13)]
    form = dice.randrange(22)
    fixed = "fixed"
    if form < 5:
        return (f"{day.day}/{m}/{y}" if dice.random() < 0.5 else day), fixed, [(day, None)], None, False
    if form == 5:
        return f"Trước ngày {day.day}/{m}/{y}", fixed, [(day - DAY, day)], None, False
    if form == 6:
        return f"Chậm nhất ngày {day.day}/{m}/{y}", fixed, [(day, None)], None, False
    if form == 7:
        return f"Tháng {m}/{y}", fixed, [(last_day(y, m), None)], datetime.date(y, m, 1), False
    if form in (8, 9):
        return f"Quý {ROMAN[q - 1]}/{y}", fixed, [(last_day(y, 3 * q), None)], datetime.date(y, 3 * q - 2, 1), False
    if form == 10:
        return f"Năm {y}", fixed, [(last_day(y, 12), None)], datetime.date(y, 1, 1), False
    if form == 11:
        to = dice.randint(y, 2030)
        if to == y:
            return f"6 tháng cuối năm {y}", "range", [(last_day(y, 12), None)], datetime.date(y, 7, 1), False
        return f"{y} - {to}", "range", [(last_day(to, 12), None)], datetime.date(y, 1, 1), False
    if form == 12:
        first = day - DAY * dice.randint(20, 80)
        return f"Từ {first.day}/{first.month}/{first.year} đến {day.day}/{m}/{y}", "range", [(day, None)], first, False
    if form == 13:
        return f"Quý I, II/{y}", "fixed-multi", [(last_day(y, 3), None), (last_day(y, 6), None)], datetime.date(y, 1, 1), False
    if form == 14:
        return "Hằng tháng", "recurring", dates_in_plan(ends), None, False
    if form in (15, 16):
        return "Hằng quý", "recurring", dates_in_plan([e for e in ends if e[0].month % 3 == 0]), None, False
    if form == 17:
        return "Hằng năm", "recurring", yearly((12, 31)), None, False
    if form == 18:
        return dice.choice([("6 tháng/lần", "recurring", yearly((6, 30), (12, 31)), None, False),
                            ("Tháng 9 hằng năm", "recurring", yearly((9, 30)), None, False),
                            ("15/6 và 15/12 hằng năm", "recurring", yearly((6, 15), (12, 15)), None, False)])
    if form == 19:
        return "Trước ngày 15/12 hằng năm", "recurring", yearly((12, 15), named=True), None, False
    if form == 20:
        fridays = [START + DAY * i for i in range((END - START).days + 1) if (START + DAY * i).weekday() == 4]
        return "Hằng tuần", "recurring", dates_in_plan((d, None) for d in fridays), None, True
    return dice.choice([("Thường xuyên", "open"), ("Sau khi có văn bản của Trung ương", "conditional"), ("Theo CV yêu cầu", "unresolved"), (None, "empty")]) + ([], None, False)


class Share:
    """A share in the making: its settings, tasks and what the departments say pass by pass."""

    def __init__(self, seed):
        self.dice = dice = random.Random(seed)
        self.dir = WORK / f"seed{seed}"
        self.share = self.dir / "share"
        self.kind = ["baseline", "roster", "common", "bare"][seed % 4]
        self.names = NAMES[: dice.choice([1, 3, 6, 12]) if self.kind != "bare" else dice.randint(2, 5)]
        self.codes = {n: (f"P{i}" if self.kind != "bare" else n) for i, n in enumerate(self.names)}
        self.mode, self.decimals = dice.choice(["half-up", "truncate"]), dice.choice([0, 1, 2, 2, 3])
        self.soon = dice.choice([7, 7, 3, 10])
        self.has_status = dice.random() < 0.75
        self.weights = dice.choice([(40, 30, 30), (50, 20, 30), (100, 0, 0), (10, 45, 45)])
        self.off = dice.choice([25, 10, 50])
        rest, work, roll = [datetime.date(2027, 8, 13)], [datetime.date(2027, 8, 14), datetime.date(2029, 3, 31)], dice.random() < 0.8
        self.office = Office(ROOT / "config/holidays.toml", rest, work, roll)
        self.indicators = [self.an_indicator(i) for i in range(30)]
        self.figures = collections.defaultdict(dict)
        self.told = {}
        self.serial = 0
        self.first = START + DAY * dice.randint(30, 1400)
        self.typed, self.tasks, self.known = {}, [], set()
        for i in range(dice.choice([0, 5, 60, 150, 300]) if seed > 3 else 150):
            self.add_task(i)
        self.write_settings(roll, rest, work)

    def an_indicator(self, i):
        span = self.dice.choice([(2026, 2027), (2028, 2030), (2026, 2030)])
        operator = self.dice.choice([">=", ">=", ">", ">", "=", "<=", "<", "qualitative"])
        target = self.dice.choice([100.0, 90.0, 80.0, 99.5, 33.33, 66.7]) if operator not in ("<", "<=") else self.dice.choice([5.0, 0.5, 12.25])
        return {"code": f"C{i}", "name": f"Tỷ lệ {' '.join(self.dice.sample(WORDS, 6))} {i}", "operator": operator, "target": target, "from": span[0], "to": span[1]}

    def add_task(self, i):
        dice = self.dice
        lead = dice.choice(self.names)
        leads = [lead]
        everyone = self.kind != "bare" and dice.random() < 0.03
        if everyone:
            leads = list(self.names)
        elif dice.random() < 0.15:
            leads += [n for n in dice.sample(self.names, min(2, len(self.names))) if n != lead]
        text, kind, dues, opens, soft = a_deadline(dice, self.first + DAY * dice.choice([0, 60, 200]))
        start = None
        if dues and kind != "recurring" and dice.random() < 0.25:
            start = max(START, dues[-1][0] - DAY * dice.randint(10, 150))
        task = Task(f"NV{i + 1}", f"{' '.join(dice.sample(WORDS, 9)).capitalize()} lần {i}", dice.choice(AREAS), leads, dice.sample(PEOPLE, dice.choice([0, 1, 1, 2])), kind, dues,
                    opens=opens, start=start, soft=soft, weight=dice.choice([None, None, 1, 2, 1.5]))
        task.everyone = everyone
        task.objective = dice.random() < 0.08
        self.tasks.append(task)
        self.typed[task.code] = {"text": text, "status": None, "progress": None, "completed": None, "result": None, "reported": self.kind != "baseline" or dice.random() < 0.9}

    def write_settings(self, roll, rest, work):
        q = json.dumps
        lines = [f'share = "share"\nstate_dir = "state"\n[deadlines]\nroll_forward = {str(roll).lower()}',
                 f"[calendar]\nrest = [{', '.join(map(str, rest))}]\nwork = [{', '.join(map(str, work))}]",
                 f'[figures]\nrounding = "{self.mode}"\ndecimals = {self.decimals}',
                 f"[notices]\ndue_soon_days = [{self.soon}, 1]",
                 f"[score]\nenabled = true\nquantity_weight = {self.weights[0]}.0\nquality_weight = {self.weights[1]}.0\ntimeliness_weight = {self.weights[2]}.0\nlateness_percent = {self.off}.0"]
        if self.kind != "bare":
            for n, code in self.codes.items():
                lines.append(f'[[department]]\ncode = "{code}"\nname = {q(n, ensure_ascii=False)}\nfolder = "{code.lower()}"\nmail = ["{code.lower()}@example.vn"]\noffice = {str(code == "P0").lower()}')
        for e in self.indicators:
            target = "" if e["operator"] == "qualitative" else f"target = {e['target']}\n"
            lines.append(f'[[indicator]]\ncode = "{e["code"]}"\nname = {q(e["name"], ensure_ascii=False)}\noperator = "{e["operator"]}"\n{target}from = {e["from"]}\nto = {e["to"]}\nfrequency = "quarterly"')
        self.share.mkdir(parents=True)
        (self.share / ".annexd").touch()
        (self.dir / "annexd.toml").write_text("\n".join(lines) + "\n")
        settings = tomllib.loads((ROOT / "config/default.toml").read_text())["period"]
        self.regime = {p["part"]: p["from"] for p in settings}

    def begins(self, period):
        """The first day of an indicator's period, by the calendar or by the reporting regime, whichever is earlier."""
        first, part = second.days_of(period)[0], period[5:]
        if part in self.regime:
            back, _, day = self.regime[part].rpartition("/")
            month, day = map(int, day.split("-"))
            first = min(first, datetime.date(int(period[:4]) + int(back or 0), month, day))
        return first

    def say(self, today, last):
        """What the units type before a pass; gives the codes of rows that are spoilt on purpose."""
        dice, spoilt = self.dice, set()
        for task in self.tasks:
            typed = self.typed[task.code]
            typed["spoilt"] = None
            if not typed["reported"] or dice.random() < 0.35:
                continue
            recurring = task.kind == "recurring"
            if dice.random() < 0.03:
                typed["spoilt"] = dice.choice(["status", "progress", "future"] if self.has_status else ["progress", "future"])
                if typed["spoilt"] == "future" and typed["completed"] is None and typed["status"] == "done":
                    typed["spoilt"] = "progress"
                spoilt.add(task.code)
                continue
            if typed["status"] == "done" and not recurring:
                continue
            status = dice.choice(["not_begun", "working", "working", "done", "done", "done", None, *(["suspended", "adjustment", "cannot", "cancelled", "ongoing"] if dice.random() < 0.3 else [])])
            if recurring and typed["status"] == "done" and status is None:
                status = "working"
            typed["status"] = status
            typed["completed"] = None
            if status == "done":
                typed["progress"] = 100
                edge = [d for d, _ in task.dues if d <= today + DAY * 5] or [today]
                days = [edge[-1] + DAY * dice.randint(-4, 5), today - DAY * dice.randint(0, 60)]
                typed["completed"] = max(START, min(dice.choice(days), today)) if dice.random() < 0.85 or not self.has_status else None
                if recurring and typed["completed"] and typed["completed"] <= (task.closings and max((c for c in task.closings if c), default=START) or START):
                    typed["completed"] = today
                typed["result"] = "Quyết định số 1/QĐ" if dice.random() < 0.7 else None
            else:
                low = typed["progress"] if typed["progress"] and not recurring else 0
                typed["progress"] = dice.choice([None, 0, 33.5, 60, 95]) if status in ("working", "ongoing") else (0 if status == "not_begun" else None)
                if typed["progress"] is not None and low:
                    typed["progress"] = max(low, typed["progress"])
                if not self.has_status and typed["progress"] is None and low:
                    typed["progress"] = low
        return spoilt

    def accept(self, today):
        """What of it counts."""
        for task in self.tasks:
            typed = self.typed[task.code]
            if not typed["reported"] or typed["spoilt"]:
                continue
            self.known.add(task.code)
            status = typed["status"] if self.has_status else None
            task.report(today, status, typed["progress"], typed["completed"], bool(typed["result"]), self.has_status)

    def cells(self, task):
        """The row as typed, by heading."""
        typed, spoilt = self.typed[task.code], self.typed[task.code].get("spoilt")
        return {"Mã nhiệm vụ": task.code, "Lĩnh vực": task.area, "Nội dung nhiệm vụ": task.content, "Sản phẩm, kết quả": f"Báo cáo {task.code}",
                "Đơn vị chủ trì": "Các phòng, Trung tâm thuộc Ban" if task.everyone else "; ".join(task.leads), "Người phụ trách": "; ".join(task.people) or None, "Thời hạn hoàn thành": typed["text"],
                "Ngày bắt đầu": task.start, "Hệ số quy đổi": task.weight, "Ý kiến Văn phòng": "Chậm do nguyên nhân khách quan" if task.objective else None,
                "Tình trạng": "ở đâu đó rồi" if spoilt == "status" else STATUS[typed["status"]],
                "Tiến độ (%)": 150 if spoilt == "progress" else typed["progress"],
                "Ngày hoàn thành": datetime.date(2031, 1, 5) if spoilt == "future" else typed["completed"],
                "Kết quả thực hiện": typed["result"], "Lý do chậm": "Vướng thủ tục", "Giải trình": "Nhập lại cho kỳ mới"}

    def sheet(self, ws, rows, headings, unit):
        ws.append(["BIỂU NHIỆM VỤ CHI TIẾT"])
        ws.append([f"Đơn vị: {unit}" if unit else None])
        ws.append([])
        ws.append(["STT", *headings])
        for i, cells in enumerate(rows, 1):
            ws.append([i, *(cells[h] for h in headings)])
            for c in ws[ws.max_row]:
                if isinstance(c.value, datetime.date):
                    c.number_format = "dd/mm/yyyy"

    def save(self, path, rows, headings, unit=None, figures=()):
        wb = openpyxl.Workbook()
        wb.active.title = "Biểu 01"
        self.sheet(wb.active, rows, headings, unit)
        if figures:
            ws = wb.create_sheet("Chỉ tiêu")
            ws.append(["Mã chỉ tiêu", "Chỉ tiêu", "Kỳ", "Tử số", "Mẫu số", "Kết quả đạt được", "Giải trình"])
            for row in figures:
                ws.append(row)
        path.parent.mkdir(parents=True, exist_ok=True)
        wb.save(path)

    def count(self, today):
        """Figures of indicators that the units report before a pass; two units may say the same."""
        dice, year = self.dice, today.year
        for e in self.indicators:
            for _ in range(dice.choice([0, 0, 1, 2])):
                month = dice.randint(1, today.month)
                period = dice.choice([f"{year}-Q{(month + 2) // 3}", f"{year}-{month:02}", f"{year}-6T", f"{year}-N", f"{year - 1}-N", f"{year}-9T"])
                if period in self.figures[e["code"]] or int(period[:4]) < 2026 or (second.days_of(period)[0] > today):
                    continue
                if e["operator"] == "qualitative":
                    value = (None, None, dice.choice([True, False]), dice.choice(["Quyết định 12/QĐ-BQL", ""]))
                else:
                    d = dice.choice([dice.randint(1, 400), 1000, 200, 100_000])
                    edge = round(d * e["target"] / 100)
                    n = max(0, min(d, dice.choice([edge, edge - 1, edge + 1, d, 0, dice.randint(0, d)])))
                    value = (n, d, None, "")
                self.figures[e["code"]][period] = value
                self.told[e["code"], period] = dice.sample(self.names, min(len(self.names), dice.choice([1, 1, 2]) if self.kind != "common" else 1))

    def figure_rows(self, name):
        out = []
        for (code, period), names in self.told.items():
            if name in names:
                n, d, reached, why = self.figures[code][period]
                e = next(i for i in self.indicators if i["code"] == code)
                out.append([code, e["name"], period, n, d, {True: "Đạt", False: "Chưa đạt", None: None}[reached], why or None])
        return out

    def write(self):
        """The workbooks, every time with their columns in another order."""
        self.serial += 1
        headings = [h for h in HEADINGS if self.has_status or h != "Tình trạng"]
        self.dice.shuffle(headings)
        rows = [(t, self.cells(t)) for t in self.tasks if self.typed[t.code]["reported"]]
        if self.kind == "common":
            figures = [row for name in self.names for row in self.figure_rows(name)]
            self.save(self.share / "Bieu chung.xlsx", [c for _, c in rows], headings, None, figures)
            return
        for name, code in self.codes.items():
            own = [c for t, c in rows if t.leads[0] == name]
            if own:
                self.save(self.share / (code.lower() if self.kind != "bare" else f"d{NAMES.index(name)}") / "Biểu nhiệm vụ.xlsx", own, headings, name, self.figure_rows(name))
            else:
                for key in [k for k, names in self.told.items() if name in names]:
                    self.told[key].remove(name)
                    if not self.told[key]:
                        del self.told[key], self.figures[key[0]][key[1]]

    def baseline(self):
        headings = [h for h in HEADINGS if h not in ("Tình trạng", "Tiến độ (%)", "Ngày hoàn thành", "Kết quả thực hiện", "Lý do chậm", "Giải trình", "Người phụ trách")]
        self.save(self.share / "_bieu-goc/Biểu gốc.xlsx", [self.cells(t) for t in self.tasks], headings)


def near(found, wanted, exact=1e-9):
    if wanted is None or found is None:
        return wanted is None and found is None
    return abs(float(found) - float(wanted)) <= exact


def table(book, sheet, first, last=None):
    """A list of a published sheet by its first column, from the heading row that holds `first`."""
    out, names = [], None
    for row in book[sheet].iter_rows(values_only=True):
        if names is None:
            names = row if first in row else None
            continue
        if row[names.index(first)] is None:
            break
        out.append({n: v for n, v in zip(names, row) if n})
    return out


class Compare:
    def __init__(self, share, today, result):
        self.s, self.today, self.result, self.wrong, self.seen = share, today, result, [], collections.Counter()
        self.book = openpyxl.load_workbook(share.share / "_tong-hop/Tong-hop.xlsx", data_only=True)
        listed = share.tasks if share.kind == "baseline" else [t for t in share.tasks if t.code in share.known]
        self.judged = {t.code: judge(t, today, share.office, START, share.soon) for t in listed}
        self.listed = listed

    def differ(self, what, found, wanted):
        self.wrong.append(f"{self.s.dir.name} {self.today} {what}: found {found!r}, wanted {wanted!r}")

    def same(self, what, found, wanted):
        self.seen[what.split(" of ")[0]] += 1
        if found != wanted:
            self.differ(what, found, wanted)

    def tasks(self):
        rows = {r["Mã nhiệm vụ"]: r for r in table(self.book, "Nhiệm vụ", "Mã nhiệm vụ")} if self.listed else {}
        self.same("codes", sorted(rows), sorted(self.judged))
        for code, wanted in self.judged.items():
            row = rows.get(code, {})
            for name, value in wanted.items():
                found = row.get(name)
                if isinstance(value, datetime.date):
                    found = found.date() if found else None
                if name in ("Tiến độ kỳ vọng (%)", "Chênh lệch (%)"):
                    self.seen[name] += 1
                    if not near(found, value / 100 if value is not None else None):
                        self.differ(f"{name} of {code}", found, value and float(value / 100))
                else:
                    self.same(f"{name} of {code}", found, value)

    def group(self, what, row, figures):
        for name, wanted in roll_up(figures, self.today, self.s.mode, self.s.decimals).items():
            found = row.get(name)
            if isinstance(wanted, decimal.Decimal):
                self.seen["rate"] += 1
                if not isinstance(found, (int, float)) or not near(found, wanted / 100, 1e-12):
                    self.differ(f"{name} of {what}", found, wanted)
            else:
                self.same(f"{name} of {what}", found, wanted)

    def groups(self):
        everything = list(self.judged.values())
        pick = lambda test: [self.judged[t.code] for t in self.listed if test(t)]
        sheets = [("Theo đơn vị", "Đơn vị", {n: (lambda t, n=n: n in t.leads) for n in self.s.names}),
                  ("Theo lĩnh vực", "Lĩnh vực", {a: (lambda t, a=a: t.area == a) for a in AREAS if any(t.area == a for t in self.listed)})]
        people = {p: (lambda t, p=p: p in t.people) for p in PEOPLE if any(p in t.people and t.code in self.s.known for t in self.listed)}
        if people:
            sheets.append(("Theo cá nhân", "Người phụ trách", people))
        for sheet, first, tests in sheets:
            if sheet != "Theo đơn vị" and not self.listed:
                continue
            names = [c for c in ("Đơn vị", "Lĩnh vực", "Cá nhân", "Người phụ trách") if any(c in r for r in self.book[sheet].iter_rows(values_only=True))]
            if not names and not self.listed:
                continue
            rows = {r[names[0]]: r for r in table(self.book, sheet, names[0])}
            if self.s.kind != "bare" or sheet != "Theo đơn vị":
                self.same(f"groups of {sheet}", sorted(rows), sorted([*tests, "Tổng cộng"]))
            for name, test in tests.items():
                if name in rows:
                    self.group(f"{sheet}, {name}", rows[name], pick(test))
                    self.score(rows[name], f"{sheet}, {name}", [t for t in self.listed if test(t)], sheet)
            self.group(f"{sheet}, Tổng cộng", rows["Tổng cộng"], everything)
        self.same("totals", self.result["totals"], second.totals(roll_up(everything, self.today, self.s.mode, self.s.decimals)))

    def score(self, row, what, tasks, sheet):
        if sheet == "Theo lĩnh vực":
            return
        wanted = second.score([(t, self.judged[t.code]) for t in tasks], self.today, self.s.office, self.s.weights, self.s.off)
        found = [v for n, v in row.items() if n.startswith("Điểm")]
        self.seen["score"] += 1
        if (wanted is None and any(f is not None for f in found)) or (wanted is not None and not (len(found) == 4 and all(near(f, w, 1e-9) for f, w in zip(found, wanted)))):
            self.differ(f"score of {what}", found, wanted and [float(w) for w in wanted])

    def indicators(self):
        rows = {r["Mã chỉ tiêu"]: r for r in table(self.book, "Chỉ tiêu", "Mã chỉ tiêu")}
        for e in self.s.indicators:
            figures = {p: v for p, v in self.s.figures[e["code"]].items() if (e["code"], p) in self.s.told}
            wanted = second.rate_indicator(e, figures, self.today, self.s.begins, self.s.mode, self.s.decimals)
            row = rows[e["code"]]
            self.same(f"rating of {e}", row["Đánh giá"], wanted["Đánh giá"])
            for name in ("Tỷ lệ (%)", "Tăng, giảm so với kỳ trước (điểm %)"):
                self.seen[name] += 1
                if not near(row[name], wanted[name] / 100 if wanted[name] is not None else None, 1e-12):
                    self.differ(f"{name} of {e} {figures}", row[name], wanted[name])
            self.same(f"lacking of {e} {figures}", row["Còn thiếu (tử số)"], wanted["Còn thiếu (tử số)"])
            if wanted["Kỳ"] and e["operator"] != "qualitative":
                self.same(f"parts of {e}", (row["Tử số"], row["Mẫu số"]), figures[wanted["Kỳ"]][:2])

    def told(self):
        """What `explain` says of all, of each phase and of each department."""
        phases = list(self.spans())
        wanted = {"*": self.listed, **{f"{a}-{b}": [t for t in self.listed if (d := self.judged[t.code]["Hạn hoàn thành"]) and a <= d.year <= b] for a, b in phases}}
        wanted |= {c: [t for t in self.listed if n in t.leads] for n, c in self.s.codes.items() if self.s.kind != "bare"}
        for what, tasks in wanted.items():
            figures = {f["name"]: f for f in run_json("--config", self.s.dir / "annexd.toml", "explain", what, "--as-of", self.today)["figures"]}
            row = roll_up([self.judged[t.code] for t in tasks], self.today, self.s.mode, self.s.decimals)
            self.same(f"explained total of {what}", int(figures["total"]["value"].replace(".", "")), row["Tổng số"])
            self.same(f"explained rows of {what}", sorted(figures["total"]["rows"]), sorted(t.code for t in tasks))
            for name, heading in (("completion", "Tỷ lệ hoàn thành"), ("on_time", "Tỷ lệ hoàn thành đúng hạn"), ("on_time_due", "Tỷ lệ đúng hạn trên số đến hạn"), ("overdue", "Tỷ lệ quá hạn")):
                told = row[heading] if row[heading] == "N/A" else f"{row[heading]}%".replace(".", ",")
                self.same(f"explained {name} of {what}", figures[name]["value"], told)
            for name in figures:
                if name.startswith("class_"):
                    self.same(f"explained {name} of {what}", sorted(figures[name]["rows"]), sorted(t.code for t in tasks if self.judged[t.code]["Phân loại"] == figures[name]["label"]))


    def phases(self):
        """The phases on the sheet of the trend."""
        head, rows = None, {}
        for row in self.book["Xu hướng"].iter_rows(values_only=True):
            if head is None:
                head = row if "Giai đoạn" in row else None
            elif row[head.index("Giai đoạn")] and re.fullmatch(r"\d{4} - \d{4}", str(row[head.index("Giai đoạn")])):
                first = head.index("Giai đoạn")
                rows[row[first]] = dict(zip(head[first:], row[first:]))
        for (a, b), figures in self.spans().items() if self.listed else ():
            wanted = roll_up(figures, self.today, self.s.mode, self.s.decimals)
            row = rows.get(f"{a} - {b}", {})
            self.same(f"phase of {a}", (row.get("Tổng số"), row.get("Quá hạn"), row.get("Số đúng hạn")), (wanted["Tổng số"], wanted["Quá hạn"], wanted[second.EARLY] + wanted[second.ON_TIME]))

    def spans(self):
        spans = sorted({(e["from"], e["to"]) for e in self.s.indicators})
        phases = [s for s in spans if not any(o != s and s[0] <= o[0] and o[1] <= s[1] for o in spans)]
        return {(a, b): [f for f in self.judged.values() if f["Hạn hoàn thành"] and a <= f["Hạn hoàn thành"].year <= b] for a, b in phases}

    def explained(self):
        """`explain` of some tasks and indicators says what their rows say."""
        names = {"class": "Phân loại", "bucket": "Nhóm", "due": "Hạn hoàn thành", "effective": "Hạn hiệu lực", "days_left": "Số ngày còn lại",
                 "days_late": "Số ngày quá hạn", "working_days_late": "Ngày làm việc quá hạn"}
        for task in self.s.dice.sample(self.listed, min(6, len(self.listed))):
            told = {f["name"]: f["value"] for f in run_json("--config", self.s.dir / "annexd.toml", "explain", task.code, "--as-of", self.today)["figures"]}
            for name, heading in names.items():
                value = self.judged[task.code][heading]
                value = value.strftime("%d/%m/%Y") if isinstance(value, datetime.date) else (None if value is None else f"{value:,}".replace(",", ".") if isinstance(value, int) else value)
                self.same(f"explained {name} of {task.code}", (told.get(name) or "").replace(".", "") or None, value and value.replace(".", ""))
        rows = {r["Mã chỉ tiêu"]: r for r in table(self.book, "Chỉ tiêu", "Mã chỉ tiêu")}
        for code in self.s.dice.sample(sorted(rows), 5):
            told = {f["name"]: f["value"] for f in run_json("--config", self.s.dir / "annexd.toml", "explain", code, "--as-of", self.today)["figures"]}
            self.same(f"explained rating of {code}", told.get("rating"), rows[code]["Đánh giá"])
            self.same(f"explained period of {code}", told.get("period"), rows[code]["Kỳ báo cáo"])


seen, wrong = collections.Counter(), []
for seed in SEEDS:
    share = Share(seed)
    today = last = share.first
    for turn in range(4):
        share.say(today, last)
        share.count(today)
        if turn == 0 and share.kind == "baseline" and share.tasks:
            share.baseline()
        share.write()
        result = run_json("--config", share.dir / "annexd.toml", "once", "--no-send", "--as-of", today, ok=(0,))
        share.accept(today)
        compare = Compare(share, today, result)
        compare.tasks()
        compare.groups()
        compare.indicators()
        compare.phases()
        if turn in (0, 3):
            compare.told()
        if turn == 3:
            compare.explained()
        seen += compare.seen
        wrong += compare.wrong
        last, today = today, min(today + DAY * share.dice.choice([1, 9, 33, 95, 180]), END)
    print(f"seed {seed}: {share.kind}, {len(share.names)} departments, {len(share.tasks)} tasks, {len(wrong)} differences so far", flush=True)
for line in wrong[:40]:
    print(line)
check(not wrong, f"{seen['Phân loại']} judged tasks, {seen['rating']} rated indicators, {sum(seen.values())} figures agree with the second implementation; {len(wrong)} differ")
check(seen["Phân loại"] > (3000 if len(SEEDS) > 5 else 0), "there were enough of them")
