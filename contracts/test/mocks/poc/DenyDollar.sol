// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TestDollar} from "../../../src/devnet/TestDollar.sol";

/// @title A token whose issuer refuses some receivers
contract DenyDollar is TestDollar {
    error Denied(address account);

    mapping(address => bool) public denied;

    function deny(address account) external {
        denied[account] = true;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (denied[to] || denied[from]) revert Denied(denied[to] ? to : from);
        super._update(from, to, value);
    }
}
