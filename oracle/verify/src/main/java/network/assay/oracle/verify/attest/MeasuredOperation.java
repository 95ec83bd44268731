package network.assay.oracle.verify.attest;

import java.util.function.BooleanSupplier;

/**
 * An operation that a bench may time, with what it cannot be faster than: the same number and kinds
 * of raw signature verifications, by the same primitives, with keys decoded and messages hashed,
 * and nothing else. Whoever measures runs both in turns, in one thread.
 *
 * @param name "dcap.tdx.cold"
 * @param signatures how many signatures one operation verifies
 * @param once one operation; true if it came out as it should, and a bench stops if not
 * @param floor the signatures alone; true if they are good
 */
public record MeasuredOperation(
    String name, int signatures, BooleanSupplier once, BooleanSupplier floor) {}
