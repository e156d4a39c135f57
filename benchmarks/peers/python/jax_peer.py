"""JAX: the focal loss written plainly, value and gradient under jit."""

import os

import numpy as np


def start(device: str, threads: int) -> None:
    """XLA reads its flags when it is loaded: this comes before the import. Its threads are as many as the cores that it may run on."""
    global jax, jnp
    # Where the machine has AVX-512, XLA keeps to half of it unless told.
    flags = ["--xla_cpu_prefer_vector_width=512", f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()}"]
    os.environ["XLA_FLAGS"] = " ".join(flags)
    os.environ["JAX_PLATFORMS"] = device
    import jax
    import jax.numpy as jnp


def versions() -> dict:
    return {"jax": jax.__version__}


def synchronize(outputs) -> None:
    jax.block_until_ready(outputs)


def to_numpy(output):
    return np.asarray(output)


def focal(inputs):
    classes = inputs["logits"].shape[1]
    positives = max(1, int(((inputs["labels"] >= 0) & (inputs["labels"] < classes)).sum()))

    def loss(logits, labels):
        targets = (labels[:, None] == jnp.arange(classes)).astype(logits.dtype)
        p = jax.nn.sigmoid(logits)
        miss = p + targets - 2 * p * targets
        cross_entropy = jax.nn.softplus(logits) - targets * logits
        entries = (0.75 - 0.5 * targets) * miss * miss * cross_entropy
        return jnp.where(labels[:, None] >= 0, entries, 0).sum() / positives

    compiled = jax.jit(jax.value_and_grad(loss))
    logits, labels = jnp.asarray(inputs["logits"]), jnp.asarray(inputs["labels"])
    return lambda: compiled(logits, labels)


WORKS = {("JAX jit", "focal"): focal}
