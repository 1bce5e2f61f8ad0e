"""What requests and responses look like; FastAPI makes the OpenAPI description of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Pair = tuple[str, str]
ModelName = Annotated[
    str | None, Field(description="A served model; needed where there are several.", max_length=100)
]
Language = Annotated[
    str | None,
    Field(
        description="Language of all texts; without it, each is detected from its script.",
        max_length=35,
    ),
]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class PredictAsked(_Asked):
    """Texts to be classified."""

    texts: Annotated[
        list[str] | list[Pair],
        Field(min_length=1, description="Texts; of a model for pairs, [premise, hypothesis]."),
    ]
    model: ModelName = None
    lang: Language = None
    abstain_below: Annotated[
        float | None,
        Field(ge=0, le=1, description="No label where the probability of it is below this."),
    ] = None


class Prediction(BaseModel):
    """What is said of one text."""

    lang: str
    label: str | float
    probability: float | None = None
    probabilities: dict[str, float] | None = None
    abstained: bool | None = None


class PredictAnswer(BaseModel):
    """One prediction a text, in their order."""

    model: str
    predictions: list[Prediction]


class ClassifyAsked(_Asked):
    """Texts to be classified, as infinity is asked."""

    input: Annotated[list[str] | list[Pair], Field(min_length=1)]
    model: ModelName = None
    raw_scores: bool = False
    lang: Language = None


class Scored(BaseModel):
    """A label and its score."""

    score: float
    label: str


class Usage(BaseModel):
    """How much was asked, in characters: encoders have no token in common."""

    prompt_tokens: int
    total_tokens: int


class ClassifyAnswer(BaseModel):
    """Labels and scores of each text, highest first, as infinity answers."""

    object: Literal["classify"] = "classify"
    data: list[list[Scored]]
    model: str
    usage: Usage
    id: str
    created: int


class EmbeddingsAsked(_Asked):
    """Texts to be embedded, as OpenAI is asked."""

    input: Annotated[
        str | Annotated[list[str], Field(min_length=1)],
        Field(description="A text or texts; lists of tokens are not taken."),
    ]
    model: Annotated[str, Field(max_length=100)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[
        int | None, Field(ge=1, description="The width of the vectors; no other can be had.")
    ] = None
    user: Annotated[str | None, Field(description="Taken and not used.")] = None
    lang: Language = None
    space: Annotated[
        Literal["native", "english"],
        Field(description="As the encoder gives them, or mapped into the source language's space."),
    ] = "native"


class Embedding(BaseModel):
    """One vector: numbers, or base64 of little-endian float32."""

    object: Literal["embedding"] = "embedding"
    embedding: list[float] | str
    index: int


class EmbeddingsAnswer(BaseModel):
    """One vector per text, in their order."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: Usage
    fingerprint: str


class ModelInfo(BaseModel):
    """A served model."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "langalign"
    task: str
    labels: list[str]
    languages: list[str]
    direction: str
    takes_pairs: bool
    examples: int


class ModelList(BaseModel):
    """All served models."""

    object: Literal["list"] = "list"
    data: list[ModelInfo]


class ExplainAsked(_Asked):
    """One text whose answer is to be explained."""

    text: str | Pair
    model: ModelName = None
    lang: Language = None


class Near(BaseModel):
    """A training text near to the one asked about."""

    text: str | None = None
    premise: str | None = None
    hypothesis: str | None = None
    label: str
    cosine: float
    row: int


class Place(BaseModel):
    """Where a text lies on the map."""

    x: float
    y: float


class Explanation(Prediction):
    """A prediction, and what it rests on; empty where the model kept no examples."""

    model: str
    nearest: list[Near]
    place: Place | None


class MapPoint(Place):
    """Where a training text lies on the map."""

    label: str


class SpaceMapAnswer(BaseModel):
    """The kept examples on the plane of their two principal components."""

    points: list[MapPoint]
    share: float | None


class ErrorDetail(BaseModel):
    """What is wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorAnswer(BaseModel):
    """OpenAI's form of an error."""

    error: ErrorDetail


class Status(BaseModel):
    """How the service is."""

    status: str
    version: str
