// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Mistake: pays everybody in one loop
contract PushPayer {
    function pay(IERC20 token, address[] calldata to, uint256 each) external {
        for (uint256 i = 0; i < to.length; ++i) {
            token.transfer(to[i], each);
        }
    }
}
