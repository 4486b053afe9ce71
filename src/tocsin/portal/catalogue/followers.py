"""What follows what: records and acts that answer alarms, orders and tasks, and what is still needed when old rows go."""

# What shows that somebody acts on an acknowledged alarm: from ids of alarms to those of them (`timers.Followed`).
ALARMS_FOLLOWED_BY = ("tocsin.command.casebook.queries.followed:followed_by_cases",)

# Subjects of command that follow what units do with their orders, see `tocsin.command.orders.services.followers`.
ORDERS_FOLLOWED_BY = ("tocsin.command.plans.services.following:FOLLOWER",)

# What shows that a task is done -> the tasks for which there is such a record, see `tocsin.supervision.tasks.queries.matching`.
TASKS_MET_BY = {
    "commitment": "tocsin.supervision.tasks.queries.matching:met_by_commitment",
    "permits": "tocsin.supervision.tasks.queries.matching:met_by_permits",
    "monitoring": "tocsin.supervision.tasks.queries.matching:met_by_monitoring",
    "inspection": "tocsin.supervision.inspections.queries.inspections:met_by_inspection",
    "certificates": "tocsin.supervision.posts.queries.certificates:met_by_certificates",
}

# Kind of objects -> who still needs some of them, however old they are: functions without arguments that return numbers. For
# what is no row of the objects' own capability or of those below it.
STILL_NEEDED = {
    "case": (
        "tocsin.supervision.work.queries.episodes:cases_of_open_episodes",
        "tocsin.mobilisation.hazard_reports.queries.needs:cases_of_open_reports",
        "tocsin.mobilisation.public_warnings.queries.needs:cases_of_running_warnings",
        "tocsin.mobilisation.volunteers.queries.needs:cases_of_open_needs",
        "tocsin.supplies.requests.queries.requests:cases_of_open_requests",
        "tocsin.supplies.requisitions.queries.requisitions:cases_of_open_requisitions",
    ),
    "inspection": ("tocsin.mobilisation.hazard_reports.queries.needs:inspections_of_reports",),
}
