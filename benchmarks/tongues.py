"""Small grammars of five languages: texts without end that no one has written, the same for the same seed."""

import random


class Tongue:
    """A grammar: words out of syllables, drawn with the frequencies of a language, and sentences out of
    words."""

    def __init__(self, name: str, onsets: str, ends: str, small: str, marks: str) -> None:
        draw = random.Random(name)  # noqa: S311
        self.dense = name in ("han", "kana")
        self.small, self.marks = small.split(), marks.split()
        starts, closes = onsets.split(), ends.split()
        if self.dense:
            letters = [chr(draw.randrange(0x4E10, 0x8F00)) for _ in range(420)]
            made = ("".join(draw.choices(letters, k=draw.choice([1, 2, 2, 2, 3]))) for _ in range(3000))
            if name == "kana":
                made = (w + draw.choice(closes) if draw.random() < 0.6 else w for w in made)
        else:
            made = (
                "".join(
                    draw.choice(starts) + draw.choice(closes) for _ in range(draw.choice([1, 2, 2, 3, 3]))
                )
                for _ in range(3600)
            )
        self.words = list(dict.fromkeys(made))
        self.space = "" if self.dense else " "
        self.stop = "。" if self.dense else "."

    def word(self, r: random.Random) -> str:
        """A word; the first of the list are the common ones."""
        return self.words[int(len(self.words) * r.random() ** 2)]

    def name(self, r: random.Random) -> str:
        """A name: a rare word with a capital."""
        return r.choice(self.words[-900:]).capitalize()

    def phrase(self, r: random.Random, n: int) -> str:
        """So many words with small words between them."""
        out = []
        for k in range(n):
            if k and r.random() < 0.45:
                out.append(r.choice(self.small))
            out.append(self.word(r))
        return self.space.join(out)

    def sentence(self, r: random.Random) -> str:
        said = self.phrase(r, r.randint(4, 11))
        if r.random() < 0.25:
            said += ("，" if self.dense else ", ") + self.phrase(r, r.randint(3, 6))
        if r.random() < 0.08:
            said += self.space + str(
                r.choice([r.randint(2, 60), r.randint(1900, 2030), r.randint(100, 9000)])
            )
        return said[:1].upper() + said[1:] + self.stop

    def text(self, r: random.Random, letters: int) -> str:
        """Sentences of about so many letters; a dense script needs a third of them."""
        out: list[str] = []
        while sum(map(len, out)) < (letters // 3 if self.dense else letters):
            out.append(self.sentence(r))
        return self.space.join(out)

    def title(self, r: random.Random) -> str:
        said = self.phrase(r, r.randint(2, 6))
        return said[:1].upper() + said[1:]


TONGUES = [
    Tongue(
        "english",
        "b c d f g h l m n p r s t th w br st gr",
        "a e i o u ar en ing er est on all ow",
        "the a of to in and for with on is was it that",
        "part issue no. chapter",
    ),
    Tongue(
        "iberian",
        "b c d f g l m n p qu r s t v tr ll",
        "a o e as os ión ar ado ente ía i",
        "el la de en y que los un una por con se",
        "parte número capítulo",
    ),
    Tongue(
        "slavic",
        "б в г д ж з к л м н п р с т х ч пр ст",
        "а о е и у ый ать ом ение ь ов ски",
        "и в на с по из что не к за это",
        "часть выпуск глава",
    ),
    Tongue("han", "x", "x", "的 在 了 和 是 與 也 都 把 對", "第"),
    Tongue("kana", "x", "する した の こと に から ない", "は が を に で と も の", "第"),
]
