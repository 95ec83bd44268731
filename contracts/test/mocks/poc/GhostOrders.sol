// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: an order takes a place on a machine before it is paid
contract GhostOrders {
    error Full();

    uint256 public immutable places;
    uint256 public taken;

    constructor(uint256 places_) {
        places = places_;
    }

    function order() external {
        if (taken == places) revert Full();
        ++taken; // to be paid later
    }
}
