"""A second implementation of the figures, written from the description of the interfaces alone and sharing no line with the first:
working days, classes, lateness, expected progress, occurrences, roll-ups, rates, indicators, the score of Decree 335."""
import calendar
import datetime
import decimal
import fractions
import functools
import tomllib

DAY = datetime.timedelta(days=1)
EARLY, ON_TIME, LATE, UNKNOWN = "Hoàn thành trước hạn", "Hoàn thành đúng hạn", "Hoàn thành quá hạn", "Hoàn thành, chưa rõ ngày"
IN_TIME, SOON, OVERDUE, NOT_BEGUN = "Đang thực hiện trong hạn", "Sắp đến hạn", "Quá hạn", "Chưa đến kỳ"
NO_DUE, WAITING, UNRESOLVED = "Thường xuyên, không hạn", "Chờ điều kiện", "Chưa xác định hạn"
SAID = {"suspended": "Tạm dừng", "adjustment": "Đề nghị điều chỉnh", "cannot": "Không thực hiện được", "cancelled": "Đã hủy"}
DONE = (EARLY, ON_TIME, LATE, UNKNOWN)
MEASURES = {EARLY: 0, ON_TIME: 0, LATE: 1, IN_TIME: 2, SOON: 2, OVERDUE: 3}
BUCKETS = ("Hoàn thành đúng hạn", "Hoàn thành quá hạn", "Chưa hoàn thành, trong hạn", "Chưa hoàn thành, quá hạn", "Không xét")


class Office:
    """The days on which offices work."""

    def __init__(self, holidays, rest=(), work=(), roll=True):
        years = tomllib.loads(holidays.read_text())["year"]
        self.rest = {d for y in years for d in y["rest"]} | set(rest)
        self.work = {d for y in years for d in y["work"]} | set(work)
        self.rest -= set(work)
        self.work -= set(rest)
        self.roll = roll

    @functools.cache
    def opens(self, day):
        return day in self.work or (day not in self.rest and day.weekday() < 5)

    def effective(self, due, named=None):
        """`named` is the day of a "before …" text: it is never reached."""
        last = due
        while self.roll and not self.opens(last):
            last += DAY
        return due if named and last >= named else last

    @functools.cache
    def between(self, after, until):
        """Working days in (after, until]."""
        return sum(self.opens(after + DAY * i) for i in range(1, (until - after).days + 1))


class Task:
    """What is accepted of a task, in plain values."""

    def __init__(self, code, content, area, leads, people, kind, dues, *, opens=None, start=None, soft=False, weight=None):
        self.code, self.content, self.area, self.leads, self.people = code, content, area, leads, people
        # dues: (day, day that a "before …" text names or none); of a recurring task every occurrence of the plan
        self.kind, self.dues, self.opens, self.start, self.soft, self.weight = kind, dues, opens, start, soft, weight
        self.status = self.progress = self.completed = None
        self.has_status = True
        self.shown = False
        self.objective = False
        self.closings = []

    def report(self, day, status, progress, completed, shown, has_status=True):
        """Takes what an accepted row says on a day; a recurring task remembers each completion."""
        before = (self.status, self.completed)
        self.status, self.progress, self.completed, self.shown, self.has_status = status, progress, completed, shown, has_status
        if self.kind != "recurring" or not self.says_done():
            return
        still = before[0] == "done" or (not has_status and before[1] is not None)
        if completed is None:
            if not still:
                self.closings.append(None)
        elif still and self.closings and self.closings[-1] is None:
            # The day of a completion that was told without one.
            self.closings[-1] = completed
        elif self.puts_right(completed, before[1], still):
            self.closings[-1] = completed
        elif completed not in self.closings:
            self.closings.append(completed)

    def puts_right(self, day, said, still):
        """Whether another day corrects the last completion: up to the due day that it closed, and after a late one while it is near."""
        gone = closed(self)
        if said is None or not gone:
            return False
        due, last = gone[-1][0][0], gone[-1][1]
        if day <= due:
            return True
        if not still or last is None or last <= due:
            return False
        if len(gone) == len(self.dues):
            return True
        return day < last or (day - last).days * 4 <= (self.dues[len(gone)][0] - due).days

    def says_done(self):
        if self.has_status:
            return self.status == "done"
        return self.completed is not None or (self.progress or 0) >= 100

    def says_under_way(self):
        return self.status in ("working", "ongoing") or (self.status in (None, "not_begun") and (self.progress or 0) > 0)


def closed(task):
    """Occurrences with the day that closed them, in order; each accepted day closes the earliest one still open."""
    out = []
    for day in task.closings:
        if len(out) == len(task.dues):
            break
        if day is None or not out or day > out[-1][0][0]:
            out.append((task.dues[len(out)], day))
    return out


def kept(office, due, day):
    if day is None:
        return UNKNOWN
    if day < due[0]:
        return EARLY
    return ON_TIME if day <= office.effective(*due) else LATE


def judge(task, today, office, plan_start, soon):
    """Every computed column of a task."""
    done, due, finished = task.says_done(), None, task.completed
    dated = task.dues[-1] if task.dues else None
    before = None
    if task.kind == "recurring":
        gone = closed(task)
        done = len(gone) == len(task.dues)
        finished = gone[-1][1] if gone else None
        if task.soft:
            at = next((i for i, d in enumerate(task.dues) if d[0] >= today), len(task.dues) - 1)
        else:
            at = min(len(gone), len(task.dues) - 1)
        dated, before = task.dues[at], task.dues[at - 1][0] if at else None
    due = dated
    effective = office.effective(*due) if due else None
    if task.status in SAID:
        name = SAID[task.status]
    elif done:
        name = kept(office, due, finished) if due else UNKNOWN
    elif effective and today > effective and not task.soft:
        name = OVERDUE
    elif not task.says_under_way() and not task.says_done() and any(d and today < d for d in (task.opens, task.start)):
        name = NOT_BEGUN
    elif effective:
        name = SOON if not task.soft and office.between(today, effective) <= soon else IN_TIME
    elif task.kind == "open" or (task.kind == "empty" and task.status == "ongoing"):
        name = NO_DUE
    else:
        name = WAITING if task.kind == "conditional" else UNRESOLVED
    until = {OVERDUE: today, LATE: finished}.get(name)
    left = effective and name in (IN_TIME, SOON, NOT_BEGUN) and today <= effective
    expected = difference = None
    if effective:
        # An occurrence's own stretch begins after the one before it.
        first = task.start or (before + DAY if before else None) or (task.opens if task.kind == "range" else None) or plan_start
        whole = (effective - first).days + 1
        if whole > 0:
            expected = fractions.Fraction(100 * min(max((today - first).days + 1, 0), whole), whole)
            if task.progress is not None:
                difference = fractions.Fraction(str(task.progress)) - expected
    return {
        "Phân loại": name,
        "Nhóm": BUCKETS[MEASURES.get(name, 4)],
        "Hạn hoàn thành": due[0] if due else None,
        "Hạn hiệu lực": effective,
        "Số ngày còn lại": (effective - today).days if left else None,
        "Số ngày quá hạn": (until - effective).days if until else None,
        "Ngày làm việc quá hạn": office.between(effective, until) if until else None,
        "Tiến độ kỳ vọng (%)": expected,
        "Chênh lệch (%)": difference,
        "Số kỳ đến hạn": sum(office.effective(*d) <= today for d in task.dues) if task.kind == "recurring" else None,
        "Số kỳ đã hoàn thành": len(closed(task)) if task.kind == "recurring" else None,
    }


COUNTED = {
    "Hoàn thành trước hạn": (EARLY,),
    "Hoàn thành đúng hạn": (ON_TIME,),
    "Hoàn thành quá hạn": (LATE,),
    "Hoàn thành, chưa rõ ngày": (UNKNOWN,),
    "Đang thực hiện trong hạn": (IN_TIME,),
    "Sắp đến hạn": (SOON,),
    "Quá hạn": (OVERDUE,),
    "Chưa đến kỳ": (NOT_BEGUN,),
    "Không hạn": (NO_DUE, WAITING, UNRESOLVED),
    "Khác": tuple(SAID.values()),
}


def percent(numerator, denominator, mode, decimals):
    """A rate in percent as a decimal, or N/A."""
    if denominator == 0:
        return "N/A"
    way = decimal.ROUND_HALF_UP if mode == "half-up" else decimal.ROUND_DOWN
    with decimal.localcontext() as cx:
        cx.prec = 60
        exact = decimal.Decimal(100 * numerator) / decimal.Decimal(denominator)
        return exact.quantize(decimal.Decimal(1).scaleb(-decimals), way)


def roll_up(figures, today, mode, decimals):
    """Counts and rates of the judged tasks of a group."""
    row = {"Tổng số": len(figures)}
    for name, classes in COUNTED.items():
        row[name] = sum(f["Phân loại"] in classes for f in figures)
    due = [f for f in figures if f["Hạn hiệu lực"] and (f["Hạn hiệu lực"] <= today or f["Phân loại"] in DONE)]
    row["Số đến hạn"] = len(due)
    done = sum(f["Phân loại"] in DONE for f in figures)
    on_time = sum(f["Phân loại"] in (EARLY, ON_TIME) for f in figures)
    row["Tỷ lệ hoàn thành"] = percent(done, len(figures), mode, decimals)
    row["Tỷ lệ hoàn thành đúng hạn"] = percent(on_time, len(figures), mode, decimals)
    row["Tỷ lệ đúng hạn trên số đến hạn"] = percent(on_time, len(due), mode, decimals)
    row["Tỷ lệ quá hạn"] = percent(row["Quá hạn"], len(figures), mode, decimals)
    return row


def totals(row):
    """The totals of the JSON interface."""
    return {
        "assigned": row["Tổng số"],
        "done_on_time": row[EARLY] + row[ON_TIME],
        "done_late": row[LATE],
        "done_unknown": row[UNKNOWN],
        "open_in_time": row[IN_TIME] + row[SOON],
        "overdue": row[OVERDUE],
        "no_due": row["Không hạn"],
        "not_started_period": row[NOT_BEGUN],
        "other": row["Khác"],
    }


def score(pairs, today, office, weights, off):
    """The score of a group of (task, figures); none where nothing is due or done."""
    assigned = done_sum = shown_sum = timely = fractions.Fraction(0)
    for task, figures in pairs:
        name = figures["Phân loại"]
        if name == SAID["cancelled"] or task.objective:
            continue
        if task.kind == "recurring":
            gone = closed(task)
            done = len(gone)
            units = max(done, sum(office.effective(*d) <= today for d in task.dues))
            late = sum(kept(office, d, day) == LATE for d, day in gone) + (name == OVERDUE)
        else:
            done = int(name in DONE)
            units = int(done or bool(figures["Hạn hiệu lực"] and figures["Hạn hiệu lực"] <= today))
            late = int(name in (LATE, OVERDUE))
        weight = fractions.Fraction(str(task.weight or 1))
        assigned += weight * units
        done_sum += weight * done
        shown_sum += weight * done * task.shown
        timely += weight * units * min(max(100 - fractions.Fraction(str(off)) * late, 0), 100)
    if not assigned:
        return None
    parts = (100 * done_sum / assigned, 100 * shown_sum / done_sum if done_sum else fractions.Fraction(0), timely / assigned)
    return (*parts, sum(p * w for p, w in zip(parts, weights)) / sum(weights))


def days_of(period):
    """First and last day of `2026-Q1`, `2026-6T`, `2026-9T`, `2026-N`, `2026-09` by the calendar."""
    year, part = period.split("-", 1)
    first, last = {"6T": (1, 6), "9T": (1, 9), "N": (1, 12)}.get(part) or (
        (3 * int(part[1:]) - 2, 3 * int(part[1:])) if part[0] == "Q" else (int(part), int(part)))
    return datetime.date(int(year), first, 1), datetime.date(int(year), last, calendar.monthrange(int(year), last)[1])


def meets(operator, target, numerator, denominator):
    """Whether a rate reaches a target in percent, exactly."""
    rate, target = fractions.Fraction(100 * numerator, denominator), fractions.Fraction(str(target))
    return {">=": rate >= target, ">": rate > target, "=": rate == target, "<=": rate <= target, "<": rate < target}[operator]


def lacking(operator, target, numerator, denominator):
    """What the numerator lacks (found by trying), none where no whole number reaches the target."""
    if meets(operator, target, numerator, denominator):
        return 0
    for step in range(1, denominator + numerator + 2):
        for other in (numerator + step, numerator - step):
            if 0 <= other <= denominator and meets(operator, target, other, denominator):
                return other - numerator
    return None


def rate_indicator(entry, figures, today, begins, mode, decimals):
    """Rating of an indicator: `figures` are period → (numerator, denominator, reached, explanation); `begins` the first day a period counts from."""
    begun = sorted((p for p in figures if begins(p) <= today), key=lambda p: (days_of(p)[1], days_of(p)[1] - days_of(p)[0]))
    own = [p for p in begun if entry["from"] <= int(p[:4]) <= entry["to"]]
    ahead = today.year < entry["from"]
    period = own[-1] if own else (begun[-1] if ahead and begun else None)
    out = {"Kỳ": period, "Tỷ lệ (%)": None, "Còn thiếu (tử số)": None, "Tăng, giảm so với kỳ trước (điểm %)": None}
    if period is None:
        return {**out, "Đánh giá": "Chưa đến kỳ" if ahead else "Chưa có số liệu"}
    numerator, denominator, reached, explanation = figures[period]
    if entry["operator"] == "qualitative":
        rating = {True: "Đạt" if explanation else "Chưa có số liệu", False: "Chưa đạt", None: "Chưa có số liệu"}[reached]
    elif numerator is None or not denominator:
        rating = "Chưa có số liệu"
    else:
        met = meets(entry["operator"], entry["target"], numerator, denominator)
        rating = "Đạt" if met else "Chưa đạt"
        out["Tỷ lệ (%)"] = percent(numerator, denominator, mode, decimals)
        out["Còn thiếu (tử số)"] = lacking(entry["operator"], entry["target"], numerator, denominator)
        earlier = [p for p in begun if days_of(p)[1] < days_of(period)[1] and p[5:].isdigit() == period[5:].isdigit()]
        if earlier and figures[earlier[-1]][0] is not None and figures[earlier[-1]][1]:
            then = percent(*figures[earlier[-1]][:2], mode, decimals)
            out["Tăng, giảm so với kỳ trước (điểm %)"] = out["Tỷ lệ (%)"] - then
    return {**out, "Đánh giá": "Chưa đến kỳ" if ahead else rating}
