"""What the peers written in PyTorch share: device, threads, tensors, a step with its gradient."""

import platform

import torch

DEVICE = torch.device("cpu")


def start(device: str, threads: int) -> None:
    global DEVICE
    torch.set_num_threads(threads)
    if device == "cuda" and not torch.cuda.is_available():
        raise RuntimeError("no CUDA device")
    DEVICE = torch.device(device)


def versions() -> dict:
    found = {"python": platform.python_version(), "torch": torch.__version__}
    if DEVICE.type == "cuda":
        found["cuda"] = f"{torch.version.cuda}, {torch.cuda.get_device_name()}"
    return found


def synchronize(_outputs) -> None:
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


def to_numpy(output):
    return output.detach().cpu().numpy()


def tensor(array) -> torch.Tensor:
    found = torch.from_numpy(array).to(DEVICE)
    # Indices and labels are int64 everywhere in PyTorch.
    return found.long() if found.dtype == torch.int32 else found


def with_gradient(array, loss_of):
    """A step: the loss of a leaf, and the gradient that reaches the leaf."""
    leaf = tensor(array).requires_grad_()

    def step():
        leaf.grad = None
        loss = loss_of(leaf)
        loss.backward()
        return loss, leaf.grad

    return step


def labels_and_weights(inputs):
    """mmdetection's form of labels: background for what is ignored, with weight 0."""
    labels = tensor(inputs["labels"])
    classes = inputs["logits"].shape[1]
    weights = (labels >= 0).float()
    return torch.where(labels < 0, classes, labels), weights


def positives_of(inputs) -> float:
    labels = inputs["labels"]
    return float(max(1, ((labels >= 0) & (labels < inputs["logits"].shape[1])).sum()))
