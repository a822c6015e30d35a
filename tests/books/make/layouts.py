#!/usr/bin/env python3
"""One annex in twenty layouts and three encodings, as drawings that five programs then write.

Writes layouts.json: a list of workbooks; a workbook is a name and sheets; a sheet has cells [row, col, kind, value, look], merges, hidden rows and columns.
kind: s text, n number, d day (ISO), p share shown as percent, m day shown as month, f formula with its result. look: b bold, x font name.
The twelve tasks are the same everywhere; tests compare what was read.
"""
import json, os, re, tomllib, unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
LANG = tomllib.load(open(os.path.join(HERE, '../../../config/language.toml'), 'rb'))
TCVN3 = {v: chr(int(k, 16)) for k, v in LANG['tcvn3'].items()}
VNI = {v: k for k, v in LANG['vni'].items()}

AREAS = ['Cải cách thể chế', 'Cải cách thủ tục hành chính', 'Xây dựng chính quyền điện tử']
# area, code, content, product, lead, coop, deadline (text, day), status, progress, completed
TASKS = [
    (0, 'NV01', 'Rà soát văn bản quy phạm pháp luật hằng năm', 'Báo cáo rà soát', 'Văn phòng', 'Các phòng, Trung tâm thuộc Ban', ('30/6/2026', '2026-06-30'), 'Hoàn thành', 100, '2026-06-25'),
    (0, 'NV02', 'Xây dựng quy chế phối hợp quản lý khu kinh tế', 'Quy chế', 'Phòng Kế hoạch - Tài chính', 'Văn phòng', ('Quý III/2026', None), 'Đang thực hiện', 60, None),
    (0, 'NV03', 'Tổ chức tập huấn nghiệp vụ cho công chức', 'Kế hoạch tập huấn', 'Văn phòng', '', ('Thường xuyên', None), 'Đang thực hiện', 50, None),
    (0, 'NV04', 'Kiểm tra việc thi hành pháp luật tại cửa khẩu', 'Thông báo kết luận', 'Phòng Quản lý doanh nghiệp', 'Văn phòng', ('15/12/2026', '2026-12-15'), 'Chưa thực hiện', 0, None),
    (1, 'NV05', 'Công khai thủ tục hành chính tại bộ phận một cửa', 'Danh mục thủ tục', 'Trung tâm dịch vụ Khu kinh tế', 'Văn phòng', ('31/3/2026', '2026-03-31'), 'Hoàn thành', 100, '2026-03-30'),
    (1, 'NV06', 'Số hóa kết quả giải quyết thủ tục hành chính', 'Cơ sở dữ liệu', 'Trung tâm dịch vụ Khu kinh tế', 'Phòng Quản lý doanh nghiệp', ('31/12/2026', '2026-12-31'), 'Đang thực hiện', 75, None),
    (1, 'NV07', 'Khảo sát mức độ hài lòng của doanh nghiệp', 'Báo cáo khảo sát', 'Phòng Quản lý doanh nghiệp', '', ('Quý IV/2026', None), 'Chưa thực hiện', 0, None),
    (1, 'NV08', 'Đối thoại với doanh nghiệp xuất nhập khẩu', 'Hội nghị đối thoại', 'Phòng Quản lý doanh nghiệp', 'Văn phòng', ('10/10/2026', '2026-10-10'), 'Chưa thực hiện', 0, None),
    (2, 'NV09', 'Nâng cấp trang thông tin điện tử của Ban', 'Trang thông tin', 'Văn phòng', 'Trung tâm dịch vụ Khu kinh tế', ('6/2026', None), 'Hoàn thành', 100, '2026-06-20'),
    (2, 'NV10', 'Triển khai chữ ký số cho lãnh đạo các phòng', 'Chữ ký số', 'Văn phòng', '', ('30/9/2026', '2026-09-30'), 'Đang thực hiện', 40, None),
    (2, 'NV11', 'Kết nối dữ liệu với hệ thống của tỉnh', 'Biên bản kết nối', 'Trung tâm dịch vụ Khu kinh tế', 'Văn phòng', ('2027', None), 'Chưa thực hiện', 0, None),
    (2, 'NV12', 'Bảo đảm an toàn thông tin mạng nội bộ', 'Phương án bảo đảm', 'Văn phòng', '', ('Hằng năm', None), 'Đang thực hiện', 30, None),
]
FIELDS = ['stt', 'code', 'content', 'product', 'lead', 'coop', 'deadline', 'status', 'progress', 'completed']
HEADS = {'stt': 'TT', 'code': 'Mã nhiệm vụ', 'content': 'Nội dung nhiệm vụ', 'product': 'Sản phẩm, kết quả', 'lead': 'Đơn vị chủ trì', 'coop': 'Đơn vị phối hợp', 'deadline': 'Thời hạn hoàn thành',
         'status': 'Tình trạng', 'progress': 'Tiến độ (%)', 'completed': 'Ngày hoàn thành', 'note': 'Ghi chú', 'area': 'Lĩnh vực'}
ROMAN = ['I', 'II', 'III', 'IV']


class Sheet:
    def __init__(self, name='Biểu 01'):
        self.name, self.cells, self.merges, self.rows, self.cols = name, [], [], [], []

    def put(self, row, col, value, look='', kind=None):
        if value is None or value == '':
            return
        kind = kind or ('n' if isinstance(value, (int, float)) else 's')
        self.cells.append([row, col, kind, value, look])

    def merge(self, r1, c1, r2, c2):
        self.merges.append([r1, c1, r2, c2])


def values(n, task, deadline='text', progress='plain', ditto=None):
    area, code, content, product, lead, coop, (text, day), status, percent, completed = task
    v = {'stt': (n + 1, None), 'code': (code, None), 'content': (content, None), 'product': (product, None), 'lead': (lead, None), 'coop': (coop, None), 'status': (status, None),
         'completed': (completed, 'd') if completed else (None, None)}
    v['deadline'] = (text, None)
    if deadline == 'mixed' and day and n % 2 == 0:
        v['deadline'] = (day, 'd')
    if deadline == 'mixed' and text == '6/2026':
        v['deadline'] = ('2026-06-01', 'm')
    if deadline == 'mixed' and text == '2027':
        v['deadline'] = (2027, None)
    v['progress'] = {'plain': (percent, None), 'text': (f'{percent}%', None), 'share': (percent / 100, 'p'), 'fraction': (percent / 100, None),
                     'mixed': [(percent / 100, 'p'), (f'{percent} %', None), (percent, None)][n % 3], 'formula': (percent, 'f')}[progress]
    return v


def title(s, col=0, row=0, lines=('BIỂU NHIỆM VỤ CHI TIẾT', 'Thực hiện kế hoạch cải cách hành chính giai đoạn 2026 - 2030', '(Kèm theo Kế hoạch số      /KH-BQL ngày    tháng   năm 2026 của Ban Quản lý Khu kinh tế)'), width=10):
    for line in lines:
        s.put(row, col, line, 'b')
        s.merge(row, col, row, col + width - 1)
        row += 1
    return row + 1


def heading(s, row, fields, col=0, upper=False, heads=HEADS):
    for n, f in enumerate(fields):
        s.put(row, col + n, heads[f].upper() if upper else heads[f], 'b')
    return row + 1


def group(s, row, area, fields, col=0, shape='a'):
    name, numeral, width = AREAS[area], ROMAN[area], len(fields)
    content = col + (fields.index('content') if 'content' in fields else 0)
    stt = col + fields.index('stt') if 'stt' in fields else None
    if shape == 'a':
        s.put(row, stt, numeral + '.', 'b'); s.put(row, content, name, 'b')
    elif shape == 'b':
        s.put(row, col, f'{numeral}. {name}', 'b'); s.merge(row, col, row, col + width - 1)
    elif shape == 'c':
        s.put(row, stt, numeral, 'b'); s.put(row, stt + 1, name, 'b'); s.merge(row, stt + 1, row, col + width - 1)
    elif shape == 'd':
        s.put(row, stt, f'WP{area + 1}'); s.put(row, content, name); s.put(row, col + fields.index('deadline'), ['Tháng 4 - 12/2026', 'Năm 2026', '2026-2027'][area])
    elif shape == 'plain':
        s.put(row, content, name)
    return row + 1


def body(s, row, fields, col=0, shape='a', tasks=None, **kind):
    last = None
    for n, task in enumerate(TASKS):
        if tasks is not None and task[0] not in tasks:
            continue
        if task[0] != last and shape:
            row = group(s, row, task[0], fields, col, shape)
        last = task[0]
        v = values(n, task, **kind)
        v['area'] = (AREAS[task[0]], None)
        for c, f in enumerate(fields):
            if f in v and v[f][0] is not None:
                s.put(row, col + c, v[f][0], '', v[f][1])
        row += 1
    return row


def layouts():
    out = []
    def book(*sheets): out.append(list(sheets))
    # 01 plain, roman groups
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); body(s, r, FIELDS); book(s)
    # 02 other order, capitals, no code
    f = ['stt', 'content', 'lead', 'coop', 'product', 'status', 'progress', 'completed', 'deadline']
    s = Sheet('Sheet1'); r = title(s, width=9); r = heading(s, r, f, upper=True); body(s, r, f); book(s)
    # 03 groups merged over the table
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); body(s, r, FIELDS, shape='b'); book(s)
    # 04 numeral and merged title
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); body(s, r, FIELDS, shape='c'); book(s)
    # 05 groups with their own deadline
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); body(s, r, FIELDS, shape='d'); book(s)
    # 06 two-row merged heading
    s = Sheet(); r = title(s)
    for c, f in enumerate(FIELDS):
        if f in ('lead', 'coop'):
            s.put(r + 1, c, {'lead': 'Chủ trì', 'coop': 'Phối hợp'}[f], 'b')
        elif f in ('status', 'progress', 'completed'):
            s.put(r + 1, c, HEADS[f], 'b')
        else:
            s.put(r, c, HEADS[f], 'b'); s.merge(r, c, r + 1, c)
    s.put(r, 4, 'Cơ quan thực hiện', 'b'); s.merge(r, 4, r, 5); s.put(r, 7, 'Kết quả thực hiện', 'b'); s.merge(r, 7, r, 9)
    body(s, r + 2, FIELDS); book(s)
    # 07 row of column numbers
    s = Sheet('PL1'); r = title(s); r = heading(s, r, FIELDS)
    for c in range(10): s.put(r, c, f'({c + 1})')
    body(s, r + 1, FIELDS); book(s)
    # 08 table starts at C5, A B 1 2 …
    s = Sheet(); s.put(1, 4, 'PHỤ LỤC', 'b'); r = heading(s, 4, FIELDS, col=2)
    for c in range(10): s.put(r, c + 2, 'AB'[c] if c < 2 else c - 1)
    body(s, r + 1, FIELDS, col=2); book(s)
    # 09 page breaks: repeated headings, page numbers
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); last = None
    for n, task in enumerate(TASKS):
        if n in (3, 7):
            s.put(r, 4, n // 3 + 1); r += 1; r = heading(s, r, FIELDS)
        if task[0] != last:
            r = group(s, r, task[0], FIELDS)
        last = task[0]
        for c, f in enumerate(FIELDS):
            v = values(n, task)[f]; s.put(r, c, v[0], '', v[1])
        r += 1
    book(s)
    # 10 total, recipients, signatures
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); r = body(s, r, FIELDS)
    s.put(r, 0, 'Tổng cộng', 'b'); s.merge(r, 0, r, 3); s.put(r, 8, 45.5); r += 2
    s.put(r, 0, 'Nơi nhận:', 'b'); s.put(r, 5, 'Lai Châu, ngày    tháng    năm 2026'); s.put(r + 1, 0, '- Như trên;'); s.put(r + 1, 5, 'KT. TRƯỞNG BAN', 'b'); s.put(r + 2, 0, '- Lưu: VT, VP1.'); s.put(r + 2, 5, 'PHÓ TRƯỞNG BAN', 'b')
    s.put(r + 2, 2, 'NGƯỜI LẬP BIỂU', 'b'); s.put(r + 6, 2, 'Nguyễn Văn An'); s.put(r + 6, 5, 'Trần Thị Bình'); book(s)
    # 11 two tables in one sheet
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); r = body(s, r, FIELDS, tasks=[0, 1]) + 1
    s.put(r, 0, 'BIỂU SỐ 2. NHIỆM VỤ BỔ SUNG', 'b'); r += 1
    f = ['stt', 'content', 'deadline', 'code', 'lead', 'coop', 'product', 'completed', 'progress', 'status']
    r = heading(s, r, f); body(s, r, f, tasks=[2]); book(s)
    # 12 a cover, then a sheet for each area; the area is a column
    cover = Sheet('Bìa'); cover.put(2, 2, 'BAN QUẢN LÝ KHU KINH TẾ', 'b'); cover.put(4, 2, 'Hướng dẫn: các đơn vị điền vào cột tình trạng.')
    sheets = [cover]
    for a in range(3):
        s = Sheet(f'Biểu {a + 1}'); f = ['stt', 'area'] + FIELDS[1:]; r = title(s, width=11); r = heading(s, r, f); body(s, r, f, shape=None, tasks=[a]); sheets.append(s)
    book(*sheets)
    # 13 hidden rows and a hidden column
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); body(s, r, FIELDS); s.rows = [r + 2, r + 3]; s.cols = [3]; book(s)
    # 14 merged leads
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); first = r; body(s, r, FIELDS)
    leads = sorted((c for c in s.cells if c[1] == 4 and c[0] >= first), key=lambda c: c[0]); run = []
    for c in leads + [None]:
        if run and (c is None or c[3] != run[0][3] or c[0] != run[-1][0] + 1):
            if len(run) > 1:
                s.merge(run[0][0], 4, run[-1][0], 4)
                for x in run[1:]: s.cells.remove(x)
            run = []
        if c: run.append(c)
    book(s)
    # 15 ditto marks
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); first = r; body(s, r, FIELDS); rows = {}
    for c in s.cells:
        if c[0] >= first and c[1] in (4, 7): rows[(c[0], c[1])] = c
    for (row, col), c in sorted(rows.items(), reverse=True):
        up = rows.get((row - 1, col))
        if up and up[3] == c[3]: c[3] = 'nt' if col == 4 else 'Như trên'
    book(s)
    # 16 code first, no running number, groups over the table
    f = FIELDS[1:]
    s = Sheet(); r = title(s, width=9); r = heading(s, r, f); body(s, r, f, shape='b'); book(s)
    # 17 days as cells, months, years as numbers, texts
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); body(s, r, FIELDS, deadline='mixed'); book(s)
    # 18 percentages in three forms
    s = Sheet(); r = title(s); r = heading(s, r, FIELDS); body(s, r, FIELDS, progress='mixed'); book(s)
    # 19 further columns, notes and slips in headings, blank and numbered rows
    f = ['stt', 'code', 'content', 'product', 'lead', 'coop', 'deadline', 'extra', 'status', 'progress', 'completed', 'note', 'draft']
    heads = dict(HEADS, deadline='Thời hạn hoàn thành (theo Kế hoạch)', content='Nội dung nhiệm vu', lead='Đơn vị chủ trỳ', extra='Mã hồ sơ', progress='Tỷ lệ hoàn thành (%)', completed='Ngày hoàn thành\n(thực tế)', draft='Căn cứ/lý do đề xuất nhiệm vụ - Cột này để giải trình, không phát hành', stt='STT')
    s = Sheet(); r = title(s, width=13); r = heading(s, r, f, heads=heads); last = None
    for n, task in enumerate(TASKS):
        if task[0] != last and last is not None: r += 2
        if task[0] != last: r = group(s, r, task[0], f, shape='plain')
        last = task[0]; v = values(n, task, progress='share'); v.update(extra=(f'HS-{n}', None), note=('', None), draft=('theo chỉ đạo', None))
        for c, x in enumerate(f): s.put(r, c, v[x][0], '', v[x][1])
        r += 1
    for n in range(3): s.put(r + n, 0, 13 + n)
    book(s)
    # 20 letterhead, unit label, heading far down, formulas
    s = Sheet('Biểu nhiệm vụ'); s.put(0, 0, 'UBND TỈNH LAI CHÂU', 'b'); s.put(0, 5, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'b'); s.put(1, 0, 'BAN QUẢN LÝ KHU KINH TẾ', 'b'); s.put(1, 5, 'Độc lập - Tự do - Hạnh phúc', 'b')
    s.put(3, 5, 'Lai Châu, ngày 24 tháng 4 năm 2026'); title(s, row=5); s.put(9, 0, 'Đơn vị: Văn phòng'); r = heading(s, 11, FIELDS); body(s, r, FIELDS, progress='formula'); book(s)
    return out


def tcvn3(text):
    out = ''
    for ch in unicodedata.normalize('NFC', text):
        out += TCVN3.get(ch) or TCVN3.get(ch.lower(), ch)
    return out


def vni(text):
    out = ''
    for ch in unicodedata.normalize('NFC', text):
        m = VNI.get(ch)
        if m is None and ch.lower() in VNI:
            m = VNI[ch.lower()].upper()
        out += m or ch
    return out


def encode(book, how):
    done = []
    for s in book:
        cells = []
        for row, col, kind, value, look in s.cells:
            font = 'Times New Roman'
            if kind == 's':
                if how == 'nfd': value = unicodedata.normalize('NFD', value)
                if how == 'tcvn3':
                    letters = [c for c in value if c.isalpha()]
                    font = '.VnTimeH' if letters and all(c.isupper() for c in letters) else '.VnTime'
                    value = tcvn3(value)
                if how == 'vni': font = 'VNI-Times'; value = vni(value)
            cells.append([row, col, kind, value, {'b': 'b' in look, 'font': font}])
        done.append({'name': s.name, 'cells': cells, 'merges': s.merges, 'rows': s.rows, 'cols': s.cols})
    return done


if __name__ == '__main__':
    drawn = []
    for n, book in enumerate(layouts(), 1):
        for how in ('nfd' if n % 2 == 0 else 'nfc', 'tcvn3', 'vni'):
            drawn.append({'name': f'{n:02d}-{how}', 'sheets': encode(book, how)})
    json.dump(drawn, open(os.path.join(HERE, 'layouts.json'), 'w'), ensure_ascii=False)
    json.dump([{'area': AREAS[t[0]], 'code': t[1], 'content': t[2], 'product': t[3], 'lead': t[4], 'coop': t[5], 'deadline': t[6][0], 'status': t[7], 'progress': t[8], 'completed': t[9]} for t in TASKS],
              open(os.path.join(HERE, '../layouts/tasks.json'), 'w'), ensure_ascii=False, indent=1)
    print(len(drawn), 'workbooks drawn')
