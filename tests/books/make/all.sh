#!/bin/sh
# Makes every workbook of tests/books anew. Needs python3 with openpyxl and XlsxWriter, node with xlsx and exceljs (NODE_PATH), LibreOffice.
set -e
cd "$(dirname "$0")"
mkdir -p ../layouts
python3 real.py
python3 layouts.py
python3 openpyxl_.py
python3 xlsxwriter_.py
node javascript.js
mkdir -p ../layouts/libreoffice
soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir ../layouts/libreoffice ../layouts/openpyxl/*.xlsx
rm layouts.json
