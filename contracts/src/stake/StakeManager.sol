// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StakeRole} from "../interfaces/IStakeManager.sol";
import {Delegation} from "./Delegation.sol";
import {Slashing} from "./Slashing.sol";

/// @title StakeManager: documented on its interface, IStakeManager
contract StakeManager is Delegation, Slashing {
    constructor(
        address vault_,
        address market_,
        address settlement_,
        address insurance_,
        uint32 unbondingDelayMinS_,
        address governor_,
        uint96 challengerRewardMax_,
        address[] memory markets
    ) {
        if (
            vault_ == address(0) || market_ == address(0) || settlement_ == address(0) || insurance_ == address(0)
                || governor_ == address(0)
        ) revert ZeroAddress();
        if (unbondingDelayMinS_ == 0 || unbondingDelayMinS_ > type(uint32).max / 4) {
            revert DelayOutOfRange(unbondingDelayMinS_, 1, type(uint32).max / 4);
        }
        vault = vault_;
        market = market_;
        settlement = settlement_;
        insurance = insurance_;
        governor = governor_;
        challengerRewardMax = challengerRewardMax_;
        unbondingDelayMinS = unbondingDelayMinS_;
        unbondingDelayS = unbondingDelayMinS_;
        unbondingEpochS = (unbondingDelayMinS_ + 2) / 3;
        for (uint256 i = 0; i < markets.length; ++i) {
            _addModule(markets[i], StakeRole.MARKET, uint40(block.timestamp)); // nobody has stake here yet
        }
    }
}
