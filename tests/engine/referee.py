"""An independent reading of the matching model: checks results and finds optima by trying everything.

It shares no code with the engine and works on the JSON alone, in plain Python.
"""

import hashlib
from itertools import combinations, product

STEPS = {"A1": 1, "A2": 2, "B1": 3, "B2": 4, "C1": 5, "C2": 6, "N": 7}
LANGUAGE_POINTS = {4: 70, 5: 90, 6: 100, 7: 100}
DEFAULTS = {"side_language_level": "B2", "lead_language_level": "C1", "lead_areas": [], "change_cost": 0}


class Referee:
    def __init__(self, problem):
        self.problem = problem
        self.rules = {**DEFAULTS, "salt": "impact", **problem.get("parameters", {})}
        self.regions = {region["id"]: region for region in problem["regions"]}
        self.experts = {expert["id"]: expert for expert in problem["experts"]}
        self.months = range(len(problem["months"]))
        self.locked = problem.get("locked", [])
        self.free = {
            expert["id"]: [
                expert["half_days"][m]
                - sum(r["half_days"][m] for r in self.locked if r["expert"] == expert["id"])
                for m in self.months
            ]
            for expert in problem["experts"]
        }
        self.previous = {region: set() for region in self.regions}
        for row in problem.get("previous", []):
            self.previous[row["region"]].add((row["expert"], row["role"]))

    # Reading the model

    def shares(self, region, size):
        """Half-days of each member per month, the lead first."""
        shares = []
        for day in self.regions[region]["half_days"]:
            support = {1: 0, 2: 2 * day // 5, 3: day // 4}[size]
            shares.append([day - support * (size - 1)] + [support] * (size - 1))
        return [list(member) for member in zip(*shares, strict=True)]

    def step(self, expert, languages):
        return max(
            (STEPS[level] for code, level in self.experts[expert]["languages"].items() if code in languages),
            default=0,
        )

    def level(self, expert, area):
        return self.experts[expert]["areas"].get(area, 0)

    def faults(self, region, team):
        """Hard rules that a team, as ids with the lead first, breaks on its own."""
        row, faults = self.regions[region], []
        if len(team) > row.get("team_max", 3) or len(set(team)) < len(team):
            faults.append("size")
        for side in row["sides"]:
            if all(
                self.step(expert, side["languages"]) < STEPS[self.rules["side_language_level"]]
                for expert in team
            ):
                faults.append(f"side {side['country']}")
        for need in row["needs"]:
            if need["must"] and all(self.level(expert, need["area"]) < need["level"] for expert in team):
                faults.append(f"must {need['area']}")
        lead = team[0]
        if not any(self.leads_in(lead, code) for code in row["working_languages"]):
            faults.append("lead language")
        asked = self.rules["lead_areas"]
        has = [self.level(lead, entry["area"]) >= entry["level"] for entry in asked]
        if asked and not (all(has) if self.rules.get("lead_all_areas") else any(has)):
            faults.append("lead area")
        faults += self.programme_faults(region, team)
        for place, (expert, share) in enumerate(zip(team, self.shares(region, len(team)), strict=True)):
            faults += [
                f"{expert} {fault}"
                for fault in self.member_faults(region, expert, "support" if place else "lead", share)
            ]
        return faults + self.pin_faults(region, team)

    def leads_in(self, expert, code):
        """Whether an expert speaks, and where it is asked writes, a working language well enough to lead."""
        writes = STEPS[self.rules.get("lead_written_level", "A1")]
        written = STEPS.get(self.experts[expert].get("written", {}).get(code), 0)
        is_written = "lead_written_level" not in self.rules or written >= writes
        return is_written and self.step(expert, [code]) >= STEPS[self.rules["lead_language_level"]]

    def programme_faults(self, region, team):
        row = self.regions[region]
        homes = {self.experts[expert]["country"] for expert in team}
        if self.rules.get("outside_member") and homes <= {side["country"] for side in row["sides"]}:
            yield "nobody from outside"
        least = self.rules.get("member_half_days_min", 0)
        for share in self.shares(region, len(team)):
            if any(share[m] < least for m in self.months if row["half_days"][m] > 0):
                yield "a member with too little to do"

    def member_faults(self, region, expert, role, share):
        row, person = self.regions[region], self.experts[expert]
        if role not in person["roles"]:
            yield "role"
        speaks = any(self.step(expert, side["languages"]) >= STEPS["B2"] for side in row["sides"])
        if not speaks and all(self.level(expert, need["area"]) < 1 for need in row["needs"]):
            yield "adds nothing"
        if any(row["half_days"][m] > 0 and share[m] > self.free[expert][m] for m in self.months):
            yield "month"
        if set(person.get("organisations", [])) & set(row.get("organisations", [])):
            yield "organisation"
        if set(person.get("places", [])) & set(row.get("places", [])):
            yield "place"
        if {"region": region, "expert": expert} in self.problem.get("forbidden", []):
            yield "forbidden"
        if any(lock["region"] == region and lock["expert"] == expert for lock in self.locked):
            yield "locked"

    def pin_faults(self, region, team):
        faults = []
        for pin in self.problem.get("pinned", []):
            if pin["region"] == region:
                roles = {expert: "support" if place else "lead" for place, expert in enumerate(team)}
                if pin["expert"] not in roles or pin.get("role") not in (None, roles[pin["expert"]]):
                    faults.append(f"pin {pin['expert']}")
        return faults

    def score(self, region, team):
        row = self.regions[region]
        sides = row["sides"]
        n = len(sides)
        total = sum(
            max(
                LANGUAGE_POINTS.get(self.step(expert, side["languages"]), 0) * 300 // (100 * n)
                for expert in team
            )
            for side in sides
        )
        weights = sum(need["weight"] for need in row["needs"])
        for need in row["needs"]:
            points = (960 * need["weight"] + weights) // (2 * weights)
            total += max(
                min(self.level(e, need["area"]), need["level"]) * points // need["level"] for e in team
            )
        countries = {side["country"] for side in sides}
        homes = [self.experts[expert]["country"] for expert in team]
        total += sum(
            60 // n
            for side in sides
            if any(home == side["country"] or home not in countries for home in homes)
        )
        wishing = {each["expert"] for each in self.problem.get("wishes", []) if each["region"] == region}
        total += 10 * bool(wishing & set(team))
        active = [m for m in self.months if row["half_days"][m] > 0]
        wanted = {m: 3 * row["half_days"][m] // 2 for m in active}
        lead = team[0]
        total += 100 * sum(min(self.free[lead][m], wanted[m]) for m in active) // max(1, sum(wanted.values()))
        total += 60 * (sum(self.step(lead, side["languages"]) >= STEPS["B2"] for side in sides) >= 2)
        asked = sum(row["half_days"][m] for m in active)
        for support in team[1:]:
            total -= 15 + 10 - min(10, 20 * sum(self.free[support][m] for m in active) // max(1, asked))
        return max(0, total)

    def clashes(self, teams):
        """Broken rules between regions; ``teams`` maps region to ids, the lead first, or to nothing."""
        faults = []
        for expert, person in self.experts.items():
            held = [(region, team.index(expert)) for region, team in teams.items() if expert in team]
            already = sum(lock["expert"] == expert for lock in self.locked)
            if held and len(held) + already > person["max_regions"]:
                faults.append(f"{expert} max_regions")
            use = [self.shares(region, len(teams[region]))[place] for region, place in held]
            for m in self.months:
                if sum(share[m] for share in use) > max(0, self.free[expert][m]):
                    faults.append(f"{expert} month {m}")
            given = sum(sum(share) for share in use)
            given += sum(sum(lock["half_days"]) for lock in self.locked if lock["expert"] == expert)
            is_pinned = any(pin["expert"] == expert for pin in self.problem.get("pinned", []))
            if held and not is_pinned and given < self.rules.get("expert_half_days_min", 0):
                faults.append(f"{expert} has too little in all")
        served = [region for region, team in teams.items() if team]
        if sum(sum(self.regions[r]["half_days"]) for r in served) > self.rules.get("half_days_max", 10**9):
            faults.append("too many half-days in all")
        if sum(len(team) == 1 for team in teams.values()) > self.rules.get("single_teams_max", 10**9):
            faults.append("too many teams of one")
        return faults

    # Objectives

    def changes(self, region, team):
        before = self.previous[region]
        if not before:
            return 0
        now = {(expert, "support" if place else "lead") for place, expert in enumerate(team)}
        return max(len(before - now), len(now - before))

    def objective(self, teams):
        """(fairness, net sum, -changes, -imbalance): greater is better."""
        scores = {region: self.score(region, team) if team else -1 for region, team in teams.items()}
        bands = sorted(-1 if score < 0 else min(score, 800) // 10 for score in scores.values())
        changes = sum(self.changes(region, team) for region, team in teams.items())
        total = sum(score for score in scores.values() if score >= 0)
        held = [expert for team in teams.values() for expert in team]
        imbalance = sum(held.count(expert) * (held.count(expert) - 1) // 2 for expert in set(held))
        return bands, total - self.rules["change_cost"] * changes, -changes, -imbalance

    def marks(self, teams):
        total = 0
        for region, team in teams.items():
            for place, expert in enumerate(team):
                text = "\x1f".join((self.rules["salt"], region, expert, "support" if place else "lead"))
                total += int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 12
        return total

    # Checking and solving

    def check(self, result):
        """Assert that a result keeps every rule and says of itself what is true."""
        teams = {row["id"]: [member["expert"] for member in row["team"]] for row in result["regions"]}
        assert sorted(teams) == sorted(self.regions)
        assert self.clashes(teams) == []
        for row in result["regions"]:
            self.check_region(row, teams[row["id"]])
        bands, net, changes, imbalance = self.objective(teams)
        objective = result["objective"]
        assert objective["fairness"] == [band * 10 if band >= 0 else -1 for band in bands]
        assert objective["served"] == sum(band >= 0 for band in bands)
        assert objective["sum"] - self.rules["change_cost"] * objective["changes"] == net
        assert (objective["changes"], objective["imbalance"]) == (-changes, -imbalance)
        assert result["bound"]["served"] >= objective["served"]
        assert result["bound"]["sum"] >= objective["sum"]
        assert result["bound"]["sum"] == objective["sum"] or "sum" not in result["proven"]
        self.check_experts(result, teams)

    def check_region(self, row, team):
        if not team:
            assert (row["score"], bool(row["unserved"])) == (-1, True)
            return
        assert row["unserved"] is None
        assert self.faults(row["id"], team) == []
        assert row["score"] == self.score(row["id"], team)
        assert [member["role"] for member in row["team"]] == ["lead"] + ["support"] * (len(team) - 1)
        assert [member["half_days"] for member in row["team"]] == self.shares(row["id"], len(team))
        points = [fact["points"] for member in row["team"] for fact in member["contributes"]]
        assert sum(points) == row["score"] or row["score"] == 0

    def check_experts(self, result, teams):
        for row in result["experts"]:
            held = [(region, team.index(row["id"])) for region, team in teams.items() if row["id"] in team]
            assert row["regions"] == len(held)
            use = [self.shares(region, len(teams[region]))[place] for region, place in held]
            assert row["half_days"] == [sum(share[m] for share in use) for m in self.months]

    def teams(self, region):
        """Every team that keeps the rules of one region."""
        found = []
        for size in range(1, self.regions[region].get("team_max", 3) + 1):
            for lead in self.experts:
                others = [expert for expert in self.experts if expert != lead]
                for supports in combinations(sorted(others), size - 1):
                    if not self.faults(region, [lead, *supports]):
                        found.append((lead, *supports))
        return found

    def combinations_count(self):
        count = 1
        for region in self.regions:
            count *= 1 + len(self.teams(region))
        return count

    def best(self, served_with=None):
        """Return (objective, teams) of the one best answer, by trying every answer.

        With (region, expert) only answers in which the region is served with the expert; None without any.
        """
        best = None
        for teams in self.answers():
            if served_with and served_with[1] not in teams[served_with[0]]:
                continue
            key = (*self.objective(teams), -self.marks(teams))
            if best is None or key > best[0]:
                best = key, teams
        return best and (best[0][:4], best[1])

    def answers(self):
        """Yield every answer that keeps the rules."""
        regions = sorted(self.regions)
        for answer in product(*([(), *self.teams(region)] for region in regions)):
            teams = dict(zip(regions, answer, strict=True))
            if not self.clashes(teams):
                yield teams
