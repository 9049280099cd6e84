"""`manage.py train_mask FOLDER`: make the network that tells people from their background."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from processing import fetched_models
from processing.person_mask import OURS


class Command(BaseCommand):
    """Train the network of people."""

    help = (
        "Train the network that finds people, on photos with masks. One photo in four, by the hash of its name, is left out "
        "of training and measured. Hours on one core can be cut into pieces: run it with --minutes again and again."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "folder", type=Path, help="has photos/NAME.jpg and masks/NAME.png; white is a person"
        )
        parser.add_argument(
            "--work", type=Path, required=True, help="a folder for where the training stands, 20 MB"
        )
        parser.add_argument("--out", type=Path, default=OURS, help="the file to write; ours if left out")
        parser.add_argument(
            "--coco", type=Path, help="a folder of COCO's photos and instances_*.json, to learn from as well"
        )
        parser.add_argument(
            "--rounds", type=int, default=60, help="how often each photo is seen, always varied"
        )
        parser.add_argument("--minutes", type=float, default=0, help="stop after so long; 0: when it is done")

    def handle(
        self, *, folder: Path, work: Path, out: Path, coco: Path | None, minutes: float, **options: Any
    ) -> None:
        """Train, write, measure."""
        try:
            from processing import person_training as training
            from processing.person_network import save
        except ImportError as error:
            raise CommandError("torch is missing. Install requirements.txt again.") from error
        plan = training.Plan(rounds=options["rounds"], minutes=minutes, coco=coco)
        try:
            state = training.train(folder, work, plan, self.stdout.write)
        except (ValueError, OSError) as error:
            raise CommandError(f"{folder} can't be trained on: {error}.") from error
        if state is None:
            self.stdout.write("The time is over. The same command goes on where it stopped.")
            return
        save(state, out)
        recipe = {
            **training.recipe(plan, folder),
            "bytes": out.stat().st_size,
            "sha256": fetched_models.sha256_of(out),
            "measured": self._measured(folder, out),
        }
        out.with_suffix(".json").write_text(json.dumps(recipe, indent=2) + "\n", encoding="utf-8")

    def _measured(self, folder: Path, path: Path) -> dict[str, Any]:
        from processing import person_network, weights
        from processing.measuring import masks

        network = person_network.load(path, weights.device())
        report = masks.left_out(folder, network)
        self.stdout.write(f"IoU of {len(report.scores)} photos left out: {report.mean:.3f}")
        return {
            "photos_left_out": len(report.scores),
            "mean_iou": round(report.mean, 4),
            "median_iou": round(report.median, 4),
        }
