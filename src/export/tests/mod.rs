mod plan_workbook;
