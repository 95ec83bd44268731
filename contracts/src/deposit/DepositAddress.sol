// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title What stands at a deposit address once it was used: a clone of this, which obeys the factory alone
/// @dev Holds no state and approves nobody. A token that is called from here and calls back meets the factory's rules.
contract DepositAddress {
    using SafeERC20 for IERC20;

    /// @notice Only the factory moves what waits here.
    error NotFactory(address got, address want);

    address public immutable factory;

    constructor() {
        factory = msg.sender;
    }

    /// @notice Sends `amount` of `token` (0: the chain's coin) to `to`. Only the factory.
    function send(address token, address to, uint256 amount) external {
        if (msg.sender != factory) revert NotFactory(msg.sender, factory);
        if (token == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(token).safeTransfer(to, amount);
    }
}
