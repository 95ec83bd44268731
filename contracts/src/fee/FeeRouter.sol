// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFeeRouter} from "../interfaces/IFeeRouter.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {Bps} from "../libraries/Bps.sol";

/// @title FeeRouter: documented on its interface, IFeeRouter
contract FeeRouter is IFeeRouter {
    uint16 public constant ORACLE_BPS_MIN = 2_000;
    uint16 public constant TREASURY_BPS_MAX = 5_000;

    address public immutable vault;
    address public immutable governor;
    address public immutable oraclePay;
    address public immutable insurance;
    address public immutable treasury;
    uint32 public immutable epochS;

    Split private _split;
    mapping(uint64 epoch => uint256) public feesOf;

    constructor(
        address vault_,
        address governor_,
        address oraclePay_,
        address insurance_,
        address treasury_,
        uint32 epochS_,
        Split memory split_
    ) {
        if (
            vault_ == address(0) || governor_ == address(0) || oraclePay_ == address(0) || insurance_ == address(0)
                || treasury_ == address(0)
        ) revert ZeroAddress();
        if (epochS_ == 0) revert ZeroEpoch();
        vault = vault_;
        governor = governor_;
        oraclePay = oraclePay_;
        insurance = insurance_;
        treasury = treasury_;
        epochS = epochS_;
        _setSplit(split_);
    }

    function split() external view returns (Split memory) {
        return _split;
    }

    function currentEpoch() public view returns (uint64) {
        return uint64(block.timestamp / epochS);
    }

    function route() external returns (uint256 amount) {
        amount = ITokenVault(vault).creditOf(address(this));
        if (amount == 0) revert NothingToRoute();
        uint64 epoch = currentEpoch();
        feesOf[epoch] += amount;
        uint256 toOracles = amount * _split.oracleBps / Bps.ONE;
        uint256 toTreasury = amount * _split.treasuryBps / Bps.ONE;
        uint256 toInsurance = amount - toOracles - toTreasury;
        emit FeesRouted(epoch, toOracles, toInsurance, toTreasury);
        ITokenVault(vault).takeCredit(address(this), amount);
        _give(oraclePay, toOracles);
        _give(insurance, toInsurance);
        _give(treasury, toTreasury);
    }

    function setSplit(Split calldata split_) external {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _setSplit(split_);
    }

    function _setSplit(Split memory split_) private {
        uint256 sum = uint256(split_.oracleBps) + split_.insuranceBps + split_.treasuryBps;
        if (sum != Bps.ONE) revert WrongSum(sum, Bps.ONE);
        if (split_.oracleBps < ORACLE_BPS_MIN) {
            revert ShareOutOfRange("oracleBps", split_.oracleBps, ORACLE_BPS_MIN, uint16(Bps.ONE));
        }
        if (split_.treasuryBps > TREASURY_BPS_MAX) {
            revert ShareOutOfRange("treasuryBps", split_.treasuryBps, 0, TREASURY_BPS_MAX);
        }
        _split = split_;
        emit SplitSet(split_.oracleBps, split_.insuranceBps, split_.treasuryBps);
    }

    function _give(address to, uint256 amount) private {
        if (amount > 0) ITokenVault(vault).giveCredit(to, amount);
    }
}
