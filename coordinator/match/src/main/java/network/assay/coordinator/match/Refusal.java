package network.assay.coordinator.match;

/**
 * Why some offers did not do.
 *
 * @param filter the condition
 * @param got what the request asked
 * @param want what would have matched: of the offers that fail this condition alone or, where there
 *     is none, of all that are counted
 * @param count offers that meet every condition before this one and fail it
 * @param alone offers that fail only this condition; meeting {@code want} would let one of them in;
 *     of conditions on hardware, region, grade and time a thousand are counted at most
 *     <p>Of offers that meet those conditions 4,096 are looked at; of more in the market no more
 *     are counted, and the cheapest named is then one within 1/16 of the cheapest.
 */
public record Refusal(Filter filter, String got, String want, int count, int alone) {}
