"""A stand-in for the survey's repository, in its own format, made from the catalogue's facts."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

DATA = Path(__file__).parents[2] / "corpus" / "data"

HEADINGS = """
# Awesome Papers Merging Generative AI and Reinforcement Learning in Robotics
## Abstract
## Taxonomy
## Generative Tools for RL
### Base Model
#### 1.Large Language Models
#### 2.Vision Language Models
#### 3.Diffusion models
#### 4.World Models and Video Prediction Models
### Modality
### Task
#### Reward Signal
##### 1.Learning reward functions with LLMs
##### 2.VLMs for reward learning
##### 3.Reward learning with diffusion models
##### 4.Learning rewards from video prediction
#### State Representation
##### 1.Learning representations from videos
##### 2.Foundation world models for model-based RL
####   Planning & Exploration
##### 1.LLMs for exploration
##### 2.VLMs for exploration
##### 3.LLMs for planning
##### 4.Diffusion models for planning and exploration
## RL for Generative Policies
### RL Pre-Training
#### 1.Transformer Policy
#### 2.Diffusion Policy
### Generative Policy RL Fine-Tuning
### Policy Distillation
## Citation
""".strip().splitlines()

PROSE = {
    "# Awesome Papers Merging Generative AI and Reinforcement Learning in Robotics": (
        "[![Awesome](https://awesome.re/badge.svg)](https://awesome.re)\n\nA list of papers."
    ),
    "## Abstract": "What the review is about.",
    "## Taxonomy": '<div align="center">\n <img src="./Images/Taxonomy.PNG" alt="." width="800"/>\n</div>',
    "### Modality": "| Model Type | Input Modality |\n| :--- | :--- |\n| **LLMs** | Text |",
    "## Citation": "```\n@article{key,\n  title={- A title [[paper]](https://example.org)}\n}\n```",
}

COLUMNS = {
    "upstream_key": "Reference",
    "framework": "Framework",
    "taxonomy_label": "Taxonomy",
    "base_model": "Base Model",
    "code_available": "Code Availabale",
    "dataset": "Dataset",
    "modules": "Modules",
    "setting": "Simulation/Real",
}


@dataclass
class Repository:
    """The list by heading and the rows by table; change either, then write it somewhere."""

    sections: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def line(self, part: str) -> tuple[str, int]:
        """The heading under which an entry stands that contains `part`, and its place."""
        return next(
            (h, n) for h, lines in self.sections.items() for n, line in enumerate(lines) if part in line
        )

    def remove(self, part: str) -> str:
        heading, n = self.line(part)
        return self.sections[heading].pop(n)

    def row(self, key: str) -> dict[str, str]:
        return next(row for rows in self.tables.values() for row in rows if row["upstream_key"] == key)

    def readme(self) -> str:
        blocks = []
        for heading in (*HEADINGS, *(h for h in self.sections if h not in HEADINGS)):
            blocks.append(heading)
            blocks += [PROSE[heading]] if heading in PROSE else []
            blocks += ["\n".join(self.sections[heading])] if self.sections.get(heading) else []
        return "\n\n".join(blocks) + "\n"

    def files(self) -> dict[str, bytes]:
        return {"README.md": self.readme().encode(), **{n: workbook(rows) for n, rows in self.tables.items()}}

    def folder(self, path: Path) -> Path:
        path.mkdir(parents=True, exist_ok=True)
        for name, data in self.files().items():
            (path / name).write_bytes(data)
        return path


def workbook(rows: list[dict[str, str]], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(COLUMNS.values()))
    for row in rows:
        sheet.append([row[name] for name in COLUMNS])
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(files: dict[str, bytes], root: str = "survey-main/") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(root + name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes], root: str = "survey-main/") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, data in files.items():
            member = tarfile.TarInfo(root + name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return out.getvalue()


def repository() -> Repository:
    """The repository as it was when the catalogue was made from it: 166 entries, 93 rows."""
    made = Repository()
    headings = {line.lstrip("# ").strip(): line for line in HEADINGS}
    for paper in json.loads((DATA / "papers.json").read_text("utf-8")):
        titles, urls = paper["upstream_titles"], paper["upstream_urls"]
        places = paper["categories_upstream"]
        for n in range(max(map(len, (titles, urls, places)))):
            title, url, place = (all_[min(n, len(all_) - 1)] for all_ in (titles, urls, places))
            heading = headings[place.split(" > ")[-1]]
            made.sections.setdefault(heading, []).append(f"- {title} [[paper]]({url})")
        if row := paper["table"]:
            cells = {name: row[name] or "N/A" for name in COLUMNS}
            made.tables.setdefault(row["source_table"], []).append(cells)
    return made
