/**
 * Re-running what was sampled: the registered models, their tokenizer and a deterministic runner on
 * ONNX Runtime.
 *
 * <p>Oracles use it to re-run drawn passages, the node agent to do the work in the first place.
 * Both must call the very same code: what differs between them is the machine, and only the
 * declared precision's band may excuse that.
 */
@NullMarked
package network.assay.oracle.replay;

import org.jspecify.annotations.NullMarked;
