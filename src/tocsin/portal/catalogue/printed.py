"""What is printed."""

# Papers: name of the template -> its builder, see `tocsin.records.papers.rules.Builder`.
PAPERS = {
    "case_report": "tocsin.command.case_page.papers.cases:case_report",
    "daily_brief": "tocsin.command.duty.papers:daily_brief",
    "disposal_notice": "tocsin.command.case_page.papers.orders:disposal_notice",
    "hazard_check_record": "tocsin.mobilisation.hazard_reports.papers.checks:hazard_check_record",
    "hazard_receipt": "tocsin.mobilisation.hazard_reports.papers.receipts:hazard_receipt",
    "handover_sheet": "tocsin.command.duty.papers:handover_sheet",
    "inspection_record": "tocsin.supervision.inspections.papers.inspections:inspection_record",
    "object_sign": "tocsin.supervision.objects.papers.signs:object_sign",
    "object_signs": "tocsin.supervision.objects.papers.signs:object_signs",
    "recheck_opinion": "tocsin.supervision.inspections.papers.inspections:recheck_opinion",
    "rectification_order": "tocsin.supervision.inspections.papers.inspections:rectification_order",
    "report": "tocsin.command.reports.papers:report",
    "reward_decision": "tocsin.mobilisation.rewards.papers:reward_decision",
    "reward_voucher": "tocsin.mobilisation.rewards.papers:reward_voucher",
    "stocktake_list": "tocsin.supplies.stocktakes.papers.sheets:stocktake_list",
    "supply_labels": "tocsin.supplies.stocktakes.papers.sheets:supply_labels",
    "volunteer_record": "tocsin.mobilisation.volunteers.papers:volunteer_record",
    "supply_consignment": "tocsin.supplies.requests.papers:supply_consignment",
    "supply_handover": "tocsin.supplies.requests.papers:supply_handover",
    "supply_order": "tocsin.supplies.requests.papers:supply_order",
    "supply_pick_list": "tocsin.supplies.requests.papers:supply_pick_list",
    "supply_return": "tocsin.supplies.requests.papers:supply_return",
    "supervision_order": "tocsin.command.case_page.papers.orders:supervision_order",
}
