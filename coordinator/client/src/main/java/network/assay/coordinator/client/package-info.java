/**
 * What a consumer runs: quote, sign one payment, submit, follow, decrypt, keep the receipt. Trusts
 * the coordinator for nothing but answers.
 */
@NullMarked
package network.assay.coordinator.client;

import org.jspecify.annotations.NullMarked;
