"""Small random problems with every feature of the contract, many of them awkward."""

LANGUAGES = ["fr", "de", "nl"]
LEVELS = ["A2", "B1", "B2", "B2", "C1", "C1", "C2", "N"]
AREAS = ["clld", "legal", "digital"]
COUNTRIES = ["FR", "DE", "NL", "PT"]
MONTHS = ["2026-09", "2026-10", "2026-11"]


def small_problem(random, *, regions=3, experts=5):
    months = MONTHS[: random.randint(1, 3)]
    problem = {
        "version": 1,
        "months": months,
        "regions": [region(random, f"R{i}", len(months)) for i in range(random.randint(1, regions))],
        "experts": [
            expert(random, f"E{i}", len(months))
            for i in range(random.choice([0, 2, *range(3, experts + 1)] + [experts] * 3))
        ],
        "parameters": {
            "lead_areas": random.choice([[], [{"area": "clld", "level": 1}]]),
            "change_cost": random.choice([0, 0, 10]),
            "lead_language_level": random.choice(["B2", "C1"]),
        },
    }
    decide(random, problem)
    return problem


def with_rules(random, problem, *, most=3):
    """Turn some of the rules of the programme on, so tight that they often bind."""
    months = len(problem["months"])
    rules = {
        "member_half_days_min": random.choice([1, 1, 2]),
        "outside_member": True,
        "half_days_max": random.choice([4, 8, 12, 15]) * months // 2,
        "single_teams_max": random.choice([0, 1]),
        "expert_half_days_min": random.choice([2, 3, 5, 8]) * months // 2 + 1,
        "lead_all_areas": True,
        "lead_written_level": random.choice(["B1", "B2"]),
    }
    chosen = random.sample(sorted(rules), random.randint(1, most))
    if "lead_all_areas" in chosen:
        problem["parameters"]["lead_areas"] = [{"area": area, "level": 1} for area in ("clld", "legal")]
    for person in problem["experts"] if "lead_written_level" in chosen else ():
        person["written"] = {code: random.choice(LEVELS) for code in random.sample(LANGUAGES, 2)}
    problem["parameters"].update({name: rules[name] for name in chosen})
    return problem


def with_wishes(random, problem):
    pairs = [(row["id"], person["id"]) for row in problem["regions"] for person in problem["experts"]]
    some = random.sample(pairs, min(len(pairs), random.randint(1, 5)))
    return {**problem, "wishes": [{"region": region, "expert": expert} for region, expert in some]}


def region(random, name, months):
    sides = random.sample(COUNTRIES[:3], random.choice([1, 2, 2, 3]))
    return {
        "id": name,
        "sides": [
            {"country": side, "languages": random.sample(LANGUAGES, random.randint(1, 2))} for side in sides
        ],
        "working_languages": random.sample(LANGUAGES, random.randint(1, 2)),
        "needs": [
            {
                "area": area,
                "weight": random.randint(1, 4),
                "level": random.randint(1, 3),
                "must": random.random() < 0.25,
            }
            for area in random.sample(AREAS, random.randint(1, 3))
        ],
        "half_days": [random.choice([0, 2, 4, 5]) for _ in range(months)],
        "team_max": random.choice([1, 2, 3, 3]),
        "organisations": random.sample(["org-a", "org-b"], random.randint(0, 1)),
        "places": random.sample(["place-a", "place-b"], random.randint(0, 1)),
    }


def expert(random, name, months):
    return {
        "id": name,
        "country": random.choice(COUNTRIES),
        "languages": {code: random.choice(LEVELS) for code in random.sample(LANGUAGES, random.randint(2, 3))},
        "areas": {area: random.randint(1, 3) for area in random.sample(AREAS, random.randint(1, 3))},
        "half_days": [random.choice([0, 4, 6, 6, 8, 8, 12, 12]) for _ in range(months)],
        "max_regions": random.choice([0, 1, 1, 2, 2, 3]),
        "roles": random.choice([["lead"], ["support"], *[["lead", "support"]] * 4]),
        "organisations": random.sample(["org-a", "org-b", "org-c", "org-d"], random.randint(0, 1)),
        "places": random.sample(["place-a", "place-b", "place-c", "place-d"], random.randint(0, 1)),
    }


def decide(random, problem):
    """Add pins, forbidden pairs, locked work and an earlier result, free of contradictions."""
    pairs = [(r["id"], e) for r in problem["regions"] for e in problem["experts"]]
    random.shuffle(pairs)
    problem.update(pinned=[], forbidden=[], locked=[], previous=[])
    pinned_regions = set()
    for region_id, person in pairs[:4]:
        row = {"region": region_id, "expert": person["id"]}
        choice = random.random()
        if choice < 0.25:
            problem["forbidden"].append(row)
        elif choice < 0.4 and region_id not in pinned_regions:
            team_max = next(r["team_max"] for r in problem["regions"] if r["id"] == region_id)
            roles = [role for role in person["roles"] if role == "lead" or team_max > 1]
            problem["pinned"].append({**row, "role": random.choice(roles)} if roles else row)
            pinned_regions.add(region_id)
        elif choice < 0.55:
            days = [random.choice([0, 2]) for _ in problem["months"]]
            where = random.choice([region_id, "R-elsewhere"])
            problem["locked"].append(
                {"region": where, "expert": person["id"], "role": "lead", "half_days": days}
            )
    locked = [(row["region"], row["expert"]) for row in problem["locked"]]
    problem["locked"] = [row for i, row in enumerate(problem["locked"]) if locked.index(locked[i]) == i]
    for region_id, person in pairs[:6]:
        if random.random() < 0.5:
            problem["previous"].append(
                {"region": region_id, "expert": person["id"], "role": random.choice(["lead", "support"])}
            )
