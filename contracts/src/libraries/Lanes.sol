// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Ways for a consumer's money to reach an Order, numbered as in docs/PROTOCOL.md
library Lanes {
    uint8 internal constant PRIOR_BALANCE = 0; // vault credit; the market checks the Order's signature
    uint8 internal constant EIP3009 = 1; // receiveWithAuthorization, nonce = the Order's digest
    uint8 internal constant PERMIT2 = 2; // permitWitnessTransferFrom, nonce = digest, witness = the Order
    uint8 internal constant EIP2612 = 3; // permit, then transferFrom; the market checks the Order's signature too
    uint8 internal constant DEPOSIT = 4; // money that waits at the address derived from the Order's digest
}
