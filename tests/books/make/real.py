#!/usr/bin/env python3
"""Lays out the two real annexes (and the real table of targets) as an office would: titles, merged group rows, Times New Roman. Needs openpyxl."""
import csv, os, re
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.styles import Alignment, Border, Font, Side

HERE = os.path.dirname(os.path.abspath(__file__))
REAL = os.path.join(HERE, '..', 'real')
THIN = Border(*[Side(style='thin')] * 4)
FONT = 'Times New Roman'


def layout(source, target, title, merge_groups, number_row):
    rows = list(csv.reader(open(os.path.join(REAL, source), encoding='utf-8-sig')))
    book = Workbook()
    sheet = book.active
    sheet.title = 'Phụ lục'
    width = len(rows[0])
    line = 1
    for n, text in enumerate(title):
        sheet.cell(line, 1, text).font = Font(name=FONT, size=13, bold=n < 2, italic=n == len(title) - 1)
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=width)
        sheet.cell(line, 1).alignment = Alignment(horizontal='center', wrap_text=True)
        line += 1
    line += 1
    for n, row in enumerate(rows):
        group = n > 0 and re.fullmatch(r'[IVX]+\.?', row[0]) is not None
        for c, text in enumerate(row, 1):
            value = text or None
            cell = sheet.cell(line, c, value)
            cell.font = Font(name=FONT, size=12, bold=n == 0 or group)
            cell.alignment = Alignment(wrap_text=True, vertical='top')
            cell.border = THIN
        if group and merge_groups:
            sheet.merge_cells(start_row=line, start_column=2, end_row=line, end_column=width)
        line += 1
        if n == 0 and number_row:
            for c in range(1, width + 1):
                sheet.cell(line, c, f'({c})').font = Font(name=FONT, size=11, italic=True)
            line += 1
    line += 1
    sheet.cell(line, 1, 'Nơi nhận:').font = Font(name=FONT, size=12, bold=True, italic=True)
    sheet.cell(line, width, 'TRƯỞNG BAN').font = Font(name=FONT, size=13, bold=True)
    sheet.cell(line + 1, 1, '- Như trên;').font = Font(name=FONT, size=11)
    sheet.cell(line + 2, 1, '- Lưu: VT, VP.').font = Font(name=FONT, size=11)
    for c in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(c)].width = 8 if c == 1 else 30
    book.properties.creator = 'annexd tests'
    book.save(os.path.join(REAL, target))


layout('nq03-phu-luc-2-nhiem-vu.csv', 'nq03-phu-luc-2-nhiem-vu.xlsx',
       ['PHỤ LỤC II', 'DANH MỤC NHIỆM VỤ', '(Kèm theo Nghị quyết số 03/NQ-CP ngày 09 tháng 01 năm 2025 của Chính phủ)'], True, False)
layout('cv402-theo-doi-37-nhiem-vu.csv', 'cv402-theo-doi-37-nhiem-vu.xlsx',
       ['PHỤ LỤC', 'BẢNG THEO DÕI TÌNH HÌNH THỰC HIỆN NHIỆM VỤ', '(Kèm theo Công văn số 402-CV/VPĐU ngày 25 tháng 5 năm 2025)'], False, True)
layout('nq03-phu-luc-1-chi-tieu.csv', 'nq03-phu-luc-1-chi-tieu.xlsx',
       ['PHỤ LỤC I', 'HỆ THỐNG CHỈ TIÊU', '(Kèm theo Nghị quyết số 03/NQ-CP ngày 09 tháng 01 năm 2025 của Chính phủ)'], True, False)
