"""The page Today (`tocsin.screens.home`): which pieces there are, and which stand there for which role, in their order."""

from tocsin.jurisdiction.rights.rules import Role

HOME_PIECES = (
    "tocsin.notices.waiting.home_pieces:PIECES",
    "tocsin.warning.alarms.home_pieces:PIECES",
    "tocsin.command.duty.home_pieces:PIECES",
    "tocsin.command.units.home_pieces:PIECES",
    "tocsin.command.quality.home_pieces:PIECES",
    "tocsin.supervision.tasks.home_pieces:PIECES",
    "tocsin.supervision.points.home_pieces:PIECES",
    "tocsin.supervision.inspections.home_pieces:PIECES",
    "tocsin.supervision.posts.home_pieces:PIECES",
    "tocsin.supervision.meters.home_pieces:PIECES",
    "tocsin.hazchem.commitments.home_pieces:PIECES",
    "tocsin.supplies.levels.home_pieces:PIECES",
    "tocsin.supplies.stock.home_pieces:PIECES",
    "tocsin.supplies.requisitions.home_pieces:PIECES",
    "tocsin.mobilisation.hazard_reports.home_pieces:PIECES",
    "tocsin.records.setup.home_pieces:PIECES",
    "tocsin.records.system.home_pieces:PIECES",
)

_DESK = ("waiting", "alarms", "shift", "clocks")
HOME_PIECES_OF_ROLE: dict[Role, tuple[str, ...]] = {
    Role.LEADER: ("standing", "month"),
    Role.SHIFT_LEADER: (*_DESK, "standing", "month"),
    Role.DUTY_OFFICER: _DESK,
    Role.ANALYST: ("waiting", "alarms", "clocks"),
    Role.VIEWER: ("alarms", "clocks", "standing"),
    Role.UNIT_DESK: ("orders", "waiting"),
    Role.UTILITY_CREW: ("orders", "waiting"),
    Role.SUPERVISOR: ("waiting", "colours", "tasks", "dangers", "hazard_reports"),
    Role.INSPECTOR: ("waiting", "tasks", "dangers", "colours"),
    Role.REPORT_OFFICER: ("hazard_reports", "waiting"),
    Role.STORE_KEEPER: ("waiting", "stock", "requisitions"),
    Role.SUPPLIES_HEAD: ("waiting", "shortages", "stock", "requisitions"),
    Role.FIRM_OFFICER: ("commitment", "own_tasks", "certificates", "meters", "own_dangers", "waiting"),
    Role.RULE_ENGINEER: ("waiting", "alarms"),
    Role.SYSTEM_ADMINISTRATOR: ("installation", "checks", "waiting"),
}
