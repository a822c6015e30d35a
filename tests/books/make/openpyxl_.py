#!/usr/bin/env python3
"""Draws layouts.json with openpyxl (formulas then have no stored result: the result is written as a plain number)."""
import datetime, json, os, sys
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
here = os.path.dirname(os.path.abspath(__file__))
out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, '../layouts/openpyxl')
os.makedirs(out, exist_ok=True)
for book in json.load(open(os.path.join(here, 'layouts.json'))):
    wb = Workbook(); wb.remove(wb.active)
    for s in book['sheets']:
        ws = wb.create_sheet(s['name'])
        for row, col, kind, value, look in s['cells']:
            c = ws.cell(row + 1, col + 1)
            if kind in 'dm':
                c.value = datetime.date.fromisoformat(value); c.number_format = 'dd/mm/yyyy' if kind == 'd' else 'mmm-yy'
            else:
                c.value = value
            if kind == 'p': c.number_format = '0%'
            c.font = Font(name=look['font'], bold=look['b'], size=12)
        for r1, c1, r2, c2 in s['merges']: ws.merge_cells(start_row=r1 + 1, start_column=c1 + 1, end_row=r2 + 1, end_column=c2 + 1)
        for r in s['rows']: ws.row_dimensions[r + 1].hidden = True
        for c in s['cols']: ws.column_dimensions[get_column_letter(c + 1)].hidden = True
    wb.save(os.path.join(out, book['name'] + '.xlsx'))
