"""From text to meaning: training data, engines, entities, evaluation."""
