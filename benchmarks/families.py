"""Posts made to be confused: series, digests, releases, notices and others, each family out of one
template."""

import random
from collections.abc import Callable

from tongues import Tongue

Parts = list[tuple[str, str]]


class Families:
    """Posts that belong together, as (title, text), each a post of its own."""

    def __init__(self, tongue: Tongue, r: random.Random) -> None:
        self.t, self.r = tongue, r
        self.kinds: dict[str, Callable[[int], Parts]] = {
            name: getattr(self, name)
            for name in sorted(vars(Families))
            if not name.startswith("_") and name != "draw"
        }

    def draw(self) -> tuple[str, Parts]:
        name = "single" if self.r.random() < 0.68 else self.r.choice(list(self.kinds))
        return name, self.kinds[name](self.r.randint(2, 7))

    def _join(self, *parts: str) -> str:
        return self.t.space.join(p for p in parts if p)

    def _lines(self, letters: int) -> str:
        return self.t.text(self.r, letters)

    def _mark(self, n: int) -> str:
        r = self.r
        if self.t.dense:
            return f"第{r.choice(['', ' '])}{n}{'章' if r.random() < 0.5 else '回'}"
        return f"{r.choice(self.t.marks)} {n}"

    def single(self, _: int) -> Parts:
        return [(self.t.title(self.r), self._lines(self.r.choice([90, 180, 300, 500, 900])))]

    def series(self, n: int) -> Parts:
        title, intro, own = self.t.title(self.r), self._lines(260), self.r.random() < 0.6
        roman = self.r.random() < 0.3
        out = []
        for k in range(1, n + 1):
            mark = ["I", "II", "III", "IV", "V", "VI", "VII"][k - 1] if roman else self._mark(k)
            said = f"{title} {mark}" if self.r.random() < 0.8 else title
            out.append((said, self._join(f"{mark}:", intro, self._lines(160) if own else "")))
        return out

    def digest(self, n: int) -> Parts:
        title, intro, first = self.t.title(self.r), self._lines(140), self.r.randint(3, 80)
        return [
            (f"{title} #{first + k}", self._join(intro, self._lines(120), str(self.r.randint(3, 40)), intro))
            for k in range(n)
        ]

    def release(self, n: int) -> Parts:
        name, major, items = (
            self.t.name(self.r),
            self.r.randint(0, 4),
            [self.t.sentence(self.r) for _ in range(5)],
        )
        tail, out = self.t.phrase(self.r, 5), []
        for k in range(n):
            items[self.r.randrange(5)] = self.t.sentence(self.r)
            version = f"{major}.{self.r.choice([k, k + 7])}.{k}" if self.r.random() < 0.7 else f"{major}.{k}"
            out.append((f"{name} {version}", self._join(f"{name} {version}", tail + self.t.stop, *items)))
        return out

    def job(self, n: int) -> Parts:
        about, need = self._lines(220), self.t.phrase(self.r, 3)
        out = []
        for _ in range(n):
            role, place = self.t.phrase(self.r, 2), self.t.name(self.r)
            out.append((f"{role} ({place})", self._join(need, role, place + self.t.stop, about)))
        return out

    def event(self, n: int) -> Parts:
        about, title, out = self._lines(200), self.t.title(self.r), []
        for _ in range(n):
            place, at = self.t.name(self.r), f"{self.r.randint(1, 28)}.{self.r.randint(1, 12)}."
            out.append(
                (
                    title if self.r.random() < 0.5 else f"{title} {place}",
                    self._join(about[:60], at, place, about[60:]),
                )
            )
        return out

    def recipe(self, n: int) -> Parts:
        one, two, three, out = self._lines(80), self._lines(80), self._lines(100), []
        for _ in range(n):
            a, b, c = (self.t.word(self.r) for _ in range(3))
            out.append(
                (
                    f"{a.capitalize()} {self.r.choice(self.t.small)} {b}",
                    self._join(one, a, two, b, str(self.r.randint(50, 900)), three, c),
                )
            )
        return out

    def notice(self, n: int) -> Parts:
        body, title = self._lines(self.r.choice([70, 150, 240])), self.t.title(self.r)
        cut = len(body) // 2
        return [(title, self._join(body[:cut], self.t.name(self.r), body[cut:])) for _ in range(n)]

    def match(self, n: int) -> Parts:
        teams, body, out = [self.t.name(self.r) for _ in range(6)], self._lines(130), []
        for _ in range(n):
            home, away = self.r.sample(teams, 2)
            goals = f"{self.r.randint(0, 4)}:{self.r.randint(0, 4)}"
            out.append(
                (
                    f"{home} – {away} {goals}",
                    self._join(home, away, goals + self.t.stop, body, self._lines(60)),
                )
            )
        return out

    def market(self, n: int) -> Parts:
        title, body, words = self.t.title(self.r), self._lines(200), [self.t.phrase(self.r, 2) for _ in "ab"]
        return [
            (
                title,
                self._join(
                    self.r.choice(words),
                    f"{self.r.randint(1, 9)}.{self.r.randint(0, 99):02d}%",
                    body,
                    str(self.r.randint(900, 40000)),
                ),
            )
            for _ in range(n)
        ]

    def legal(self, n: int) -> Parts:
        body, title, out = [self.t.sentence(self.r) for _ in range(7)], self.t.title(self.r), []
        for k in range(n):
            said = list(body)
            said[self.r.randrange(1, 7)] = self.t.sentence(self.r)
            out.append(
                (f"§ {k + 2} {title}", self._join(f"§ {k + 2}" if self.r.random() < 0.5 else "", *said))
            )
        return out

    def solution(self, n: int) -> Parts:
        ask, end, out = self.t.phrase(self.r, 6), self._lines(160), []
        for _ in range(n):
            title = self.t.title(self.r)
            out.append(
                (
                    f"{self.r.randint(1, 2800)} {title}",
                    self._join(title + self.t.stop, ask, self.t.sentence(self.r), end),
                )
            )
        return out

    def quotation(self, n: int) -> Parts:
        quote = "“" + self._lines(330) + "”"
        return [(self.t.title(self.r), self._join(quote, self._lines(260))) for _ in range(n)]

    def same_title(self, n: int) -> Parts:
        title = self.t.title(self.r)
        return [(title, self._lines(self.r.choice([60, 240]))) for _ in range(n)]

    def reply(self, n: int) -> Parts:
        title, body = self.t.title(self.r), self._lines(320)
        answers = [
            (f"Re: {title}", self._join(f"> {body[:170]}", self._lines(140))) for _ in range(min(n, 3))
        ]
        return [(title, body), *answers]

    def errata(self, _: int) -> Parts:
        title, body = self.t.title(self.r), self._lines(320)
        note = self.t.sentence(self.r)
        return [
            (title, body),
            (
                f"{self.t.word(self.r).capitalize()}: {title}",
                self._join(note, body[:220], self.t.sentence(self.r)),
            ),
        ]

    def one_word(self, n: int) -> Parts:
        words, title, out = self.t.phrase(self.r, 30).split(self.t.space or None), self.t.title(self.r), []
        words = words if len(words) > 6 else [self.t.word(self.r) for _ in range(30)]
        at = self.r.randrange(2, len(words) - 2)
        for _ in range(min(n, 3)):
            words[at] = self.t.word(self.r)
            out.append(
                (
                    title if self.r.random() < 0.5 else self.t.title(self.r),
                    self.t.space.join(words) + self.t.stop,
                )
            )
        return out

    def stage(self, n: int) -> Parts:
        """Stages of one version and what is carried back to the one before, with one list of changes."""
        name, major, minor = self.t.name(self.r), self.r.randint(0, 9), self.r.randint(1, 30)
        head, changes = self.t.phrase(self.r, 5), self._lines(200)
        stages = ["alpha1", "beta1", "beta2", "rc1", "rc2", ".0", ".1"]
        versions = [f"{major}.{minor}{s if s[0] == '.' else f'-{s}'}" for s in stages[-n:]]
        versions.append(f"{major}.{minor - 1}.{self.r.randint(3, 9)}")
        return [
            (f"{name} {v}" if self.r.random() < 0.6 else name, self._join(head, v + self.t.stop, changes))
            for v in versions
        ]

    def dated(self, n: int) -> Parts:
        """Minutes, forecasts, delays: one form with a day, an hour and a figure."""
        body, title, month, out = self._lines(160), self.t.title(self.r), self.t.name(self.r), []
        for _ in range(n):
            day = f"{self.r.randint(1, 28)}" + ("日" if self.t.dense else f" {month} ") + "2019"
            figure = f"{self.r.randint(0, 23)}:{self.r.choice(['00', '30'])}"
            said = title if self.r.random() < 0.5 else f"{title} {day}"
            out.append((said, self._join(body[:50], day, body[50:100], figure, body[100:])))
        return out

    def filled(self, n: int) -> Parts:
        """Obituaries, horoscopes, restocks: one form with a name."""
        body, title = self._lines(180), self.t.title(self.r)
        names = dict.fromkeys(self.t.name(self.r) for _ in range(n))
        return [
            (name if self.r.random() < 0.5 else title, self._join(body[:80], name, body[80:]))
            for name in names
        ]

    def table(self, n: int) -> Parts:
        """Standings of one league, week by week."""
        title, teams = self.t.title(self.r), [self.t.name(self.r) for _ in range(8)]
        points = dict.fromkeys(teams, 0)
        out = []
        for _ in range(n):
            for team in self.r.sample(teams, 4):
                points[team] += self.r.choice([1, 3])
            order = sorted(points, key=lambda team: -points[team])
            out.append((title, ", ".join(f"{k}. {team} {points[team]}" for k, team in enumerate(order, 1))))
        return out

    def short(self, n: int) -> Parts:
        return [
            (
                self.t.title(self.r) if self.r.random() < 0.6 else "",
                self.r.choice(["…", "🎉", "📷 📷", "ok", self.t.word(self.r), self.t.phrase(self.r, 2)]),
            )
            for _ in range(n)
        ]
