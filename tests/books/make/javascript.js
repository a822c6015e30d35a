// Draws layouts.json with SheetJS (community edition: no fonts) and exceljs.
const fs = require('fs'), path = require('path'), XLSX = require('xlsx'), ExcelJS = require('exceljs');
const books = JSON.parse(fs.readFileSync(path.join(__dirname, 'layouts.json'), 'utf8'));
const dir = n => { const d = path.join(__dirname, '../layouts', n); fs.mkdirSync(d, { recursive: true }); return d; };
const sheetjs = dir('sheetjs'), exceljs = dir('exceljs');
const serial = iso => Math.round((Date.parse(iso + 'T00:00:00Z') - Date.UTC(1899, 11, 30)) / 86400000);
(async () => {
  for (const book of books) {
    const wb = XLSX.utils.book_new();
    for (const s of book.sheets) {
      const ws = {}; let rows = 0, cols = 0;
      for (const [r, c, kind, v] of s.cells) {
        rows = Math.max(rows, r); cols = Math.max(cols, c);
        const cell = kind === 's' ? { t: 's', v } : kind === 'd' || kind === 'm' ? { t: 'n', v: serial(v), z: kind === 'd' ? 'dd/mm/yyyy' : 'mmm-yy' } : kind === 'p' ? { t: 'n', v, z: '0%' } : kind === 'f' ? { t: 'n', v, f: v + '*1' } : { t: 'n', v };
        ws[XLSX.utils.encode_cell({ r, c })] = cell;
      }
      ws['!ref'] = XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: rows, c: cols } });
      ws['!merges'] = s.merges.map(m => ({ s: { r: m[0], c: m[1] }, e: { r: m[2], c: m[3] } }));
      if (s.rows.length) { ws['!rows'] = []; for (const r of s.rows) ws['!rows'][r] = { hidden: true }; }
      if (s.cols.length) { ws['!cols'] = []; for (const c of s.cols) ws['!cols'][c] = { hidden: true }; }
      XLSX.utils.book_append_sheet(wb, ws, s.name);
    }
    XLSX.writeFile(wb, path.join(sheetjs, book.name + '.xlsx'), { compression: true });
    const eb = new ExcelJS.Workbook(); eb.created = eb.modified = new Date(Date.UTC(2026, 0, 1));
    for (const s of book.sheets) {
      const ws = eb.addWorksheet(s.name);
      for (const [r, c, kind, v, look] of s.cells) {
        const cell = ws.getCell(r + 1, c + 1);
        cell.value = kind === 'd' || kind === 'm' ? new Date(v + 'T00:00:00Z') : kind === 'f' ? { formula: v + '*1', result: v } : v;
        if ('dmp'.includes(kind)) cell.numFmt = { d: 'dd/mm/yyyy', m: 'mmm-yy', p: '0%' }[kind];
        cell.font = { name: look.font, bold: look.b, size: 12 };
      }
      for (const m of s.merges) ws.mergeCells(m[0] + 1, m[1] + 1, m[2] + 1, m[3] + 1);
      for (const r of s.rows) ws.getRow(r + 1).hidden = true;
      for (const c of s.cols) ws.getColumn(c + 1).hidden = true;
    }
    await eb.xlsx.writeFile(path.join(exceljs, book.name + '.xlsx'));
  }
})();
