package network.assay.coordinator.match;

/**
 * Why some offers did not do.
 *
 * @param filter the condition
 * @param got what the request asked
 * @param want what would have matched: of the offers that fail this condition alone or, where there
 *     is none, of all that fail it
 * @param count offers that fail this condition
 * @param alone offers that fail only this condition; meeting {@code want} would let one of them in
 */
public record Refusal(Filter filter, String got, String want, int count, int alone) {}
