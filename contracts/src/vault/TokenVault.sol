// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreditDeposit, Payment} from "../interfaces/AssayTypes.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {VaultLanes} from "./VaultLanes.sol";
import {VaultModules} from "./VaultModules.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title TokenVault: documented on its interface, ITokenVault
contract TokenVault is VaultLanes, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    address public immutable stake;
    address public immutable market;
    address public immutable settlement;

    constructor(
        address token_,
        address governor_,
        address permit2_,
        address deposits_,
        uint32 moduleDelayS_,
        address stake_,
        address market_,
        address settlement_,
        address[] memory others
    ) VaultModules(token_, governor_, moduleDelayS_) VaultLanes(permit2_, deposits_) {
        stake = stake_;
        market = market_;
        settlement = settlement_;
        uint40 now_ = uint40(block.timestamp);
        _register(stake_, now_);
        _register(market_, now_);
        _register(settlement_, now_);
        for (uint256 i = 0; i < others.length; ++i) {
            _register(others[i], now_);
        }
    }

    function domainSeparator() external view returns (bytes32) {
        return AssayHash.domainOf(address(this));
    }

    function deposit(uint256 amount) external nonReentrant {
        if (amount == 0) revert NothingToMove();
        creditOf[msg.sender] += amount;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        _requireReceived(before, amount);
        emit Deposited(msg.sender, amount);
    }

    function depositWithAuthorization(address account, uint96 amount, uint64 salt, Payment calldata payment)
        external
        nonReentrant
    {
        bytes32 structHash = AssayHash.hash(CreditDeposit(account, amount, salt));
        creditOf[account] += amount;
        _receive(Lanes.EIP3009, _digest(address(this), structHash), structHash, account, amount, payment);
        emit Deposited(account, amount);
    }

    function withdraw(address to, uint256 amount) external nonReentrant {
        if (to == address(0)) revert ZeroAddress();
        if (amount == 0) revert NothingToMove();
        _subtractCredit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    function collect(uint8 lane, bytes32 structHash, address from, uint256 amount, Payment calldata payment)
        external
        nonReentrant
    {
        _addFrom(from, amount);
        bytes32 digest = _digest(msg.sender, structHash);
        _receive(lane, digest, structHash, from, amount, payment);
        emit Collected(msg.sender, from, digest, amount);
    }

    function takeCredit(address account, uint256 amount) external {
        _addFrom(account, amount);
        _subtractCredit(account, amount);
        emit CreditTaken(msg.sender, account, amount);
    }

    function giveCredit(address account, uint256 amount) external {
        if (account == address(0)) revert ZeroAddress();
        _subtractLedger(amount);
        creditOf[account] += amount;
        emit CreditGiven(msg.sender, account, amount);
    }

    function moveLedger(address to, uint256 amount) external {
        _subtractLedger(amount);
        _addFromModule(to, amount);
        emit LedgerMoved(msg.sender, to, amount);
    }

    function burn(uint256 amount) external {
        _subtractLedger(amount);
        burned += amount;
        emit Burned(msg.sender, amount);
    }

    function _subtractCredit(address account, uint256 amount) private {
        uint256 credit = creditOf[account];
        if (credit < amount) revert CreditTooSmall(account, credit, amount);
        creditOf[account] = credit - amount;
    }

    function _digest(address module, bytes32 structHash) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(AssayHash.domainOf(module), structHash);
    }
}
