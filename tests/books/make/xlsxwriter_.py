#!/usr/bin/env python3
"""Draws layouts.json with XlsxWriter."""
import datetime, json, os
import xlsxwriter
here = os.path.dirname(os.path.abspath(__file__))
out = os.path.join(here, '../layouts/xlsxwriter'); os.makedirs(out, exist_ok=True)
for book in json.load(open(os.path.join(here, 'layouts.json'))):
    wb = xlsxwriter.Workbook(os.path.join(out, book['name'] + '.xlsx')); wb.set_properties({'created': datetime.datetime(2026, 1, 1)}); formats = {}
    for s in book['sheets']:
        ws = wb.add_worksheet(s['name']); merged = {(m[0], m[1]): m for m in s['merges']}
        for row, col, kind, value, look in s['cells']:
            key = (kind, look['font'], look['b'])
            if key not in formats:
                formats[key] = wb.add_format({'font_name': look['font'], 'bold': look['b'], 'font_size': 12, **({'num_format': {'d': 'dd/mm/yyyy', 'm': 'mmm-yy', 'p': '0%'}[kind]} if kind in 'dmp' else {})})
            f = formats[key]
            if (row, col) in merged:
                m = merged.pop((row, col)); ws.merge_range(m[0], m[1], m[2], m[3], '', f)
            if kind in 'dm': ws.write_datetime(row, col, datetime.datetime.fromisoformat(value), f)
            elif kind == 'f': ws.write_formula(row, col, f'={value}*1', f, value)
            elif kind == 's': ws.write_string(row, col, value, f)
            else: ws.write_number(row, col, value, f)
        for r in s['rows']: ws.set_row(r, None, None, {'hidden': True})
        for c in s['cols']: ws.set_column(c, c, None, None, {'hidden': True})
    wb.close()
