// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title Mistake: a permit that somebody else handed in first makes the payment fail
contract BarePermit {
    function pay(address token, address from, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        IERC20Permit(token).permit(from, address(this), amount, deadline, v, r, s);
        IERC20(token).transferFrom(from, address(this), amount);
    }
}
