/**
 * End-to-end stories: real chain, real processes, real signals. Each test's name is a sentence
 * about money.
 */
@NullMarked
package network.assay.testchain.acceptance;

import org.jspecify.annotations.NullMarked;
