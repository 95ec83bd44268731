package network.assay.contracts.client.send;

/** The journal already has an intent of this id with another content. */
public final class IntentConflict extends RuntimeException {
  IntentConflict(String id) {
    super("the intent " + id + " was submitted before with another receiver, value or data");
  }
}
